import {
  type Context,
  type Guard,
  type Memory,
  type Message,
  type Protocol,
  type Random,
  RandomStreams,
  UsageError,
} from '@hearsay/core'
import { BlockPool, type Kernels } from '@hearsay/kernels'
import { Double, EventQueue, Word } from './event-queue.ts'
import { LOST, type NetworkModel } from './network/network-model.ts'
import { TraceHash } from './trace-hash.ts'

/** Purposes of the random streams of a run: what protocols draw, what the network draws, what observers draw. */
export const Purpose = { protocols: 0, network: 1, observers: 2, setup: 3 } as const

/** A protocol in a simulated stack. */
export interface SimulatedProtocol {
  readonly protocol: Protocol
  /** Every message to the protocol passes it, as on a network peer. Default: none. */
  readonly guard?: Guard
}

/** What a {@link Simulation} runs. */
export interface SimulationOptions {
  /** Hosted peers: rows 0 … peers − 1 of each protocol. */
  readonly peers: number
  /** A safe integer ≥ 0. Seed and code version reproduce a run, byte for byte. */
  readonly seed: number
  /** The kernels over whose memory the protocols were built. */
  readonly kernels: Kernels
  /** The protocols of every peer, in any order; they start in this order. */
  readonly protocols: readonly (Protocol | SimulatedProtocol)[]
  readonly network: NetworkModel
}

/** What a run has done so far. */
export interface SimulationCounters {
  /** Messages handed to the network. */
  readonly sent: number
  /** Messages that the network lost. */
  readonly lost: number
  /** Messages handled by a protocol. */
  readonly delivered: number
  /** Messages that a guard refused. */
  readonly refused: number
  /** Timers that have fired. */
  readonly timeouts: number
}

/** Bit of an event's type that marks a timer; below it protocol · 128 + timer or kind of message. */
const TIMER = 1 << 30
const KINDS = 128

/**
 * Hosts a population of peers in virtual time. Everything happens in the order of (time in whole milliseconds, insertion),
 * from seeded streams: two runs of the same seed are the same run.
 */
export class Simulation {
  readonly peers: number
  readonly #memory: Memory
  readonly #protocols: readonly Protocol[]
  readonly #guards: readonly (Guard | undefined)[]
  readonly #queue: EventQueue
  readonly #payloads: BlockPool
  readonly #context: SimulatedContext
  readonly #message = new BorrowedMessage()
  readonly #trace: TraceHash
  readonly #observers: { readonly periodMs: number; readonly observe: (nowMs: number) => void; dueMs: number }[] = []
  #started = false
  #now = 0
  #delivered = 0
  #refused = 0
  #timeouts = 0

  /** @throws {@link UsageError} when `peers` or `seed` is out of its range. */
  constructor(options: SimulationOptions) {
    if (!Number.isInteger(options.peers) || options.peers < 1) {
      throw new UsageError('PEERS', `a simulation hosts an integer number of peers ≥ 1, not ${options.peers}`)
    }
    this.peers = options.peers
    this.#memory = options.kernels.memory
    const stack = options.protocols.map((entry) => ('protocol' in entry ? entry : { protocol: entry }))
    this.#protocols = stack.map((entry) => entry.protocol)
    this.#guards = stack.map((entry) => entry.guard)
    this.#queue = new EventQueue(options.peers * 4)
    this.#payloads = new BlockPool(options.kernels.memory)
    this.#trace = new TraceHash(options.peers)
    this.#context = new SimulatedContext(options, this.#queue, this.#payloads)
  }

  /** Virtual milliseconds that have passed. */
  get now(): number {
    return this.#now
  }

  get counters(): SimulationCounters {
    const { sent, lost } = this.#context
    return { sent, lost, delivered: this.#delivered, refused: this.#refused, timeouts: this.#timeouts }
  }

  /**
   * The fingerprint of all that has been handled so far. It covers each event's time, source, target, kind and header, and
   * one word of each payload.
   */
  get traceHash(): string {
    return this.#trace.digest()
  }

  /**
   * Calls `observe` every `periodMs` of virtual time, before the events of that moment. An observer reads; it cannot
   * disturb the run.
   *
   * @throws {@link UsageError} when `periodMs` is not a finite number ≥ 1.
   */
  observe(periodMs: number, observe: (nowMs: number) => void): void {
    if (!(periodMs >= 1 && Number.isFinite(periodMs))) {
      throw new UsageError('PERIOD', `an observer's period is a finite number of milliseconds ≥ 1, not ${periodMs}`)
    }
    const dueMs = Math.ceil((this.now + 1) / periodMs) * periodMs
    this.#observers.push({ periodMs, observe, dueMs })
  }

  /**
   * Runs until the virtual time `untilMs`, the events of that very moment excluded.
   *
   * @throws {@link UsageError} when `untilMs` is not a finite number, and what the handlers and observers throw.
   */
  run(untilMs: number): void {
    if (!Number.isFinite(untilMs)) throw new UsageError('UNTIL', `a run ends at a finite time, not at ${untilMs} ms`)
    if (!this.#started) this.#start()
    for (;;) {
      const pause = this.#observers.reduce((earliest, { dueMs }) => Math.min(earliest, dueMs), untilMs)
      this.#runBefore(Math.ceil(pause))
      this.#now = Math.max(this.#now, pause)
      for (const observer of this.#observers) {
        if (observer.dueMs > pause) continue
        observer.observe(observer.dueMs)
        observer.dueMs += observer.periodMs
      }
      if (pause >= untilMs) return
    }
  }

  #start(): void {
    this.#started = true
    const context = this.#context
    for (let peer = 0; peer < this.peers; peer++) {
      for (let index = 0; index < this.#protocols.length; index++) {
        context.enter(peer, index, 0)
        this.#protocols[index].onStart(context)
      }
    }
  }

  /** Handles all events before `pause`. */
  #runBefore(pause: number): void {
    const queue = this.#queue
    for (;;) {
      const event = queue.take(pause - 1)
      if (event < 0) return
      const type = queue.words[event * 16 + Word.type]
      if ((type & TIMER) !== 0) this.#timeout(event, type & ~TIMER)
      else this.#deliver(event, type)
    }
  }

  #timeout(event: number, type: number): void {
    const queue = this.#queue
    const time = queue.doubles[event * 8 + Double.time]
    const target = queue.words[event * 16 + Word.target]
    queue.release(event)
    this.#timeouts++
    this.#trace.addTimer(target, time, type)
    const index = type >> 7
    this.#context.enter(target, index, time)
    this.#protocols[index].onTimeout(this.#context, type & (KINDS - 1))
  }

  #deliver(event: number, type: number): void {
    const { words, doubles } = this.#queue
    const message = this.#message
    const time = doubles[event * 8 + Double.time]
    const target = words[event * 16 + Word.target]
    const source = words[event * 16 + Word.source]
    message.kind = type & (KINDS - 1)
    message.value = doubles[event * 8 + Double.value]
    message.stamp = doubles[event * 8 + Double.stamp]
    message.offset = words[event * 16 + Word.offset]
    message.length = words[event * 16 + Word.length]
    this.#queue.release(event)
    const { offset, length } = message
    const sample = length === 0 ? 0 : this.#memory.int32[offset + (((time + target) >>> 0) % length)]
    this.#trace.addMessage(
      target,
      time,
      type ^ Math.imul(source, 0x9e3779b1),
      message.value * 65536,
      message.stamp,
      sample,
    )
    const index = type >> 7
    const guard = this.#guards[index]
    if (guard !== undefined && guard.inspect(message, time) !== undefined) {
      this.#refused++
    } else {
      this.#delivered++
      this.#context.enter(target, index, time)
      this.#protocols[index].onMessage(this.#context, source, message)
    }
    if (length > 0) this.#payloads.release(offset, length)
  }
}

/** The one message object of a simulation. */
class BorrowedMessage implements Message {
  kind = 0
  value = 0
  stamp = 0
  offset = 0
  length = 0
}

/** What handlers see: the one context of a simulation, moved from peer to peer. */
class SimulatedContext implements Context {
  self = 0
  now = 0
  sent = 0
  lost = 0
  readonly random: Random
  readonly #peers: number
  readonly #kernels: Kernels
  readonly #network: NetworkModel
  readonly #networkStreams: RandomStreams
  readonly #queue: EventQueue
  readonly #payloads: BlockPool
  #protocol = 0

  constructor(options: SimulationOptions, queue: EventQueue, payloads: BlockPool) {
    this.random = new RandomStreams(options.peers, options.seed, Purpose.protocols).at(0)
    this.#networkStreams = new RandomStreams(options.peers, options.seed, Purpose.network)
    this.#peers = options.peers
    this.#kernels = options.kernels
    this.#network = options.network
    this.#queue = queue
    this.#payloads = payloads
  }

  enter(peer: number, protocol: number, now: number): void {
    this.self = peer
    this.now = now
    this.#protocol = protocol
    this.random.select(peer)
  }

  send(to: number, kind: number, value = 0, stamp = 0, offset = 0, length = 0): void {
    assertNumbered('message', kind)
    this.sent++
    const delay = this.#network.transfer(this.#networkStreams.at(this.self), this.self, to, length, this.now)
    if (delay === LOST || !(to >= 0 && to < this.#peers)) {
      this.lost++
      return
    }
    const event = this.#queue.insert(this.now + delay)
    const { words, doubles } = this.#queue
    words[event * 16 + Word.target] = to
    words[event * 16 + Word.source] = this.self
    words[event * 16 + Word.type] = this.#protocol * KINDS + kind
    words[event * 16 + Word.length] = length
    words[event * 16 + Word.offset] = length === 0 ? 0 : this.#copyPayload(offset, length)
    doubles[event * 8 + Double.value] = value
    doubles[event * 8 + Double.stamp] = stamp
  }

  setTimer(timer: number, delayMs: number): void {
    assertNumbered('timer', timer)
    const event = this.#queue.insert(this.now + delayMs)
    const { words } = this.#queue
    words[event * 16 + Word.target] = this.self
    words[event * 16 + Word.type] = TIMER | (this.#protocol * KINDS + timer)
  }

  #copyPayload(offset: number, length: number): number {
    const block = this.#payloads.acquire(length)
    this.#kernels.copy(offset, block, length)
    // What lies behind the sender's payload came along up to a multiple of four words; a message ends in zeros.
    if ((length & 3) !== 0) this.#kernels.memory.int32.fill(0, block + length, (block + length + 3) & ~3)
    return block
  }
}

/** A number out of range would be taken for one of the next protocol in the stack. */
function assertNumbered(what: string, number: number): void {
  if ((number & -KINDS) === 0) return
  throw new UsageError('KIND', `a ${what} is numbered by an integer in 0 … ${KINDS - 1}, not ${number}`)
}
