import { type Context, type Memory, type Message, type Random, randomStream } from '@hearsay/core'

/** What a handler sent, with a copy of its payload as signed integers and as float32. */
export interface SentMessage {
  readonly to: number
  readonly kind: number
  readonly value: number
  readonly stamp: number
  readonly integers: readonly number[]
  readonly floats: readonly number[]
}

/** A timer that a handler set. */
export interface SetTimer {
  readonly timer: number
  readonly delayMs: number
}

/**
 * A context that turns a handler's effects into values, so that a test reads as "given a state, when this arrives, then
 * these messages leave".
 */
export class RecordingContext implements Context {
  self: number
  now = 0
  readonly random: Random
  readonly #memory: Memory
  #sent: SentMessage[] = []
  #timers: SetTimer[] = []

  /**
   * @param memory - The memory that the protocol under test was built over.
   * @param self - The hosted peer whose handlers run. Default 0.
   * @param seed - Of the peer's random stream. Default 1.
   */
  constructor(memory: Memory, self = 0, seed = 1) {
    this.#memory = memory
    this.self = self
    this.random = randomStream(seed, self)
  }

  send(to: number, kind: number, value = 0, stamp = 0, offset = 0, length = 0): void {
    const integers = Array.from(this.#memory.int32.subarray(offset, offset + length))
    const floats = Array.from(this.#memory.float32.subarray(offset, offset + length))
    this.#sent.push({ to, kind, value, stamp, integers, floats })
  }

  setTimer(timer: number, delayMs: number): void {
    this.#timers.push({ timer, delayMs })
  }

  /** What was sent since the last call. */
  takeSent(): SentMessage[] {
    const sent = this.#sent
    this.#sent = []
    return sent
  }

  /** The timers that were set since the last call. */
  takeTimers(): SetTimer[] {
    const timers = this.#timers
    this.#timers = []
    return timers
  }
}

/** The header of a message for a test, and its payload. */
export interface MessageContent {
  readonly kind: number
  readonly value?: number
  readonly stamp?: number
  readonly integers?: readonly number[]
  readonly floats?: readonly number[]
}

/** A message as a host would lend it, its payload written to freshly allocated memory. */
export function messageOf(memory: Memory, content: MessageContent): Message {
  const length = content.integers?.length ?? content.floats?.length ?? 0
  const offset = memory.allocate(length)
  if (content.integers !== undefined) memory.int32.set(content.integers, offset)
  if (content.floats !== undefined) memory.float32.set(content.floats, offset)
  return { kind: content.kind, value: content.value ?? 0, stamp: content.stamp ?? 0, offset, length }
}
