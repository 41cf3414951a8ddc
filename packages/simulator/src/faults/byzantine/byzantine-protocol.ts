import { type Archive, type Context, type Message, type Protocol, type Random, UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Attack } from './attack.ts'
import { ReceivedModels } from './received-models.ts'

/** What a {@link ByzantineProtocol} needs. */
export interface ByzantineOptions {
  /** Gossip learning, or what sends models as it does: weights as float32, the age as the stamp. */
  readonly protocol: Protocol
  readonly kernels: Kernels
  /** 1 for each peer that lies, 0 for the others: as many as there are peers. */
  readonly attackers: Uint8Array
  readonly attack: Attack
  /** Words of the largest payload that carries a model, ≥ 1: of a whole one, where models travel whole. */
  readonly words: number
  /**
   * The kind of the messages that carry models.
   *
   * @defaultValue 0, which is `MODEL`
   */
  readonly kind?: number
}

/**
 * A protocol of which some peers lie about the models that they send ({@link Attack}). They run the honest code; what they
 * send passes a context that rewrites it. An honest peer's handlers are called as they are.
 */
export class ByzantineProtocol implements Protocol {
  readonly #protocol: Protocol
  readonly #attackers: Uint8Array
  readonly #lying: LyingContext
  readonly #kernels: Kernels
  readonly #received: ReceivedModels | undefined
  readonly #kind: number

  /** @throws {@link UsageError} `BYZANTINE` where `words` is no count. */
  constructor({ protocol, kernels, attackers, attack, words, kind = 0 }: ByzantineOptions) {
    if (!Number.isInteger(words) || words < 1) throw new UsageError('BYZANTINE', `a model has ≥ 1 words, not ${words}`)
    this.#protocol = protocol
    this.#attackers = attackers
    this.#kernels = kernels
    this.#kind = kind
    if (attack.kind === 'alie' || attack.kind === 'inner-product') this.#received = new ReceivedModels(attackers, words)
    this.#lying = new LyingContext(kernels, attack, words, kind, this.#received)
  }

  onStart(context: Context): void {
    this.#protocol.onStart(this.#contextOf(context))
  }

  onTimeout(context: Context, timer: number): void {
    this.#protocol.onTimeout(this.#contextOf(context), timer)
  }

  onMessage(context: Context, from: number, message: Message): void {
    if (this.#attackers[context.self] === 0) {
      this.#protocol.onMessage(context, from, message)
      return
    }
    const { offset, length } = message
    const isWhole = message.kind === this.#kind && length === this.#received?.words
    if (isWhole && Number.isFinite(this.#kernels.norm(offset, length))) {
      this.#received?.add(context.self, this.#kernels.memory.float32, offset)
    }
    this.#protocol.onMessage(this.#contextOf(context), from, message)
  }

  onPeerUnreachable(context: Context, peer: number): void {
    this.#protocol.onPeerUnreachable?.(this.#contextOf(context), peer)
  }

  onStop(context: Context): void {
    this.#protocol.onStop?.(this.#contextOf(context))
  }

  onForget(context: Context): void {
    if (this.#attackers[context.self] === 1) this.#received?.forget(context.self)
    this.#protocol.onForget?.(context)
  }

  persist(archive: Archive): void {
    this.#received?.persist(archive)
    if (this.#protocol.persist === undefined) {
      throw new UsageError('PERSIST', `${this.#protocol.constructor.name} cannot be saved: it has no method 'persist'`)
    }
    this.#protocol.persist(archive)
  }

  #contextOf(context: Context): Context {
    return this.#attackers[context.self] === 0 ? context : this.#lying.over(context)
  }
}

/** Deviations of `alie`, share of `inner-product` and the other numbers where an attack does not say them. */
const Default = { factor: -10, sd: 1, z: 1.5, epsilon: 0.5 } as const

/** The context of an attacker's handler: it changes what is sent. */
class LyingContext implements Context {
  readonly #kernels: Kernels
  readonly #attack: Attack
  readonly #words: number
  readonly #kind: number
  readonly #received: ReceivedModels | undefined
  /** Where a lie is put together. */
  readonly #outbox: number
  #context: Context | undefined

  constructor(kernels: Kernels, attack: Attack, words: number, kind: number, received: ReceivedModels | undefined) {
    this.#kernels = kernels
    this.#attack = attack
    this.#words = words
    this.#kind = kind
    this.#received = received
    this.#outbox = kernels.memory.allocate(words)
  }

  over(context: Context): this {
    this.#context = context
    return this
  }

  get self(): number {
    return this.#honest.self
  }

  get now(): number {
    return this.#honest.now
  }

  get random(): Random {
    return this.#honest.random
  }

  setTimer(timer: number, delayMs: number): void {
    this.#honest.setTimer(timer, delayMs)
  }

  send(to: number, kind: number, value = 0, stamp = 0, offset = 0, length = 0): void {
    const honest = this.#honest
    if (kind !== this.#kind || length === 0) {
      honest.send(to, kind, value, stamp, offset, length)
      return
    }
    const { kind: attack } = this.#attack
    const age = attack === 'age-lie' ? (this.#attack.age ?? Number.MAX_SAFE_INTEGER) : stamp
    const isPlain = attack === 'age-lie' || attack === 'label-flip'
    honest.send(to, kind, value, age, isPlain ? offset : this.#rewrite(offset, length), length)
  }

  get #honest(): Context {
    if (this.#context === undefined) throw new UsageError('BYZANTINE', 'a context is there while a handler runs')
    return this.#context
  }

  /** Returns where the model is that is sent instead of the one at `offset`. */
  #rewrite(offset: number, length: number): number {
    if (length > this.#words) {
      throw new UsageError(
        'BYZANTINE',
        `a model of ${length} words is sent where the largest was said to have ${this.#words}`,
      )
    }
    const attack = this.#attack
    const { random, self } = this.#honest
    const received = this.#received
    const weights = this.#kernels.memory.float32
    switch (attack.kind) {
      case 'sign-flip':
        return this.#write(length, (i) => -weights[offset + i])
      case 'scale':
        return this.#write(length, (i) => (attack.factor ?? Default.factor) * weights[offset + i])
      case 'noise':
        return this.#write(length, (i) => weights[offset + i] + (attack.sd ?? Default.sd) * random.normal())
      case 'alie':
      case 'inner-product': {
        if (received === undefined || length !== received.words || received.count(self) < 2) return offset
        if (attack.kind === 'inner-product') {
          return this.#write(length, (i) => -(attack.epsilon ?? Default.epsilon) * received.mean(self, i))
        }
        return this.#write(
          length,
          (i) => received.mean(self, i) - (attack.z ?? Default.z) * received.deviation(self, i),
        )
      }
      default:
        return offset
    }
  }

  #write(length: number, weight: (i: number) => number): number {
    const weights = this.#kernels.memory.float32
    for (let i = 0; i < length; i++) weights[this.#outbox + i] = weight(i)
    return this.#outbox
  }
}
