import {
  type Archive,
  type Context,
  type Message,
  NOBODY,
  type PeerSampler,
  type Protocol,
  type Refusal,
  UsageError,
} from '@hearsay/core'
import { EpochRows } from './epoch-rows.ts'
import { EPOCH_CYCLES_MAX, EPOCH_MAX, epochOf, STAMPS_PER_EPOCH, TICKS_PER_CYCLE, tickLimit } from './epoch-stamp.ts'
import { ASK, NOTICE, PUSH, REPLY } from './message-kinds.ts'
import { type CycleOptions, CycleTurns } from './cycle-turns.ts'

const TURN = 0

/** A peer that waits enters an epoch that it hears of where that is younger than this. */
const YOUNG_TICKS = 2 * TICKS_PER_CYCLE

/** What every aggregation protocol needs. */
export interface EpochOptions extends CycleOptions {
  /** Hosted peers. */
  readonly peers: number
  /** Selects partners of exchanges. */
  readonly sampler: PeerSampler
  /**
   * γ: cycles of an epoch, an integer in 1 … 1 048 574. After each, aggregation starts anew from the local values.
   *
   * @defaultValue 30
   */
  readonly epochCycles?: number
  /**
   * Peers that come online for the first time before this moment, in milliseconds of the run, ≥ 0, take part in epoch 0 at
   * once. Later ones wait for the next epoch.
   *
   * @defaultValue `periodMs`
   */
  readonly foundingMs?: number
}

/** What a protocol keeps of its exchanges. */
export interface RowShape {
  /** Float64 fields of one row. */
  readonly doubles: number
  /** See {@link EpochRowsOptions}. */
  readonly pending: number
  /** See {@link EpochRowsOptions}. */
  readonly remembered: number
}

/**
 * What aggregation protocols have in common (Jelasity, Montresor, Babaoglu 2005, §4): epochs of fixed length, after each of
 * which the protocol starts anew.
 *
 * - Stamps of messages name the epoch. The higher one wins: a peer in an earlier epoch ends it, and enters the new one at
 *   once, at the point where the sender is. A push of an earlier epoch is answered with a notice of the current one.
 * - A peer that comes late takes part in nothing until the epoch that it hears of is over. It asks for it once a cycle. So does
 *   one that returns after its epoch has ended; one that returns earlier goes on. Who hears of no epoch for the length of one
 *   founds epoch 0.
 * - An epoch's result is kept when it ends by its own time, or by a later one that is heard of in its second half.
 */
export abstract class EpochProtocol implements Protocol {
  /** Δ in milliseconds. */
  readonly periodMs: number
  /** γ: cycles of an epoch. */
  readonly epochCycles: number
  protected readonly rows: EpochRows
  readonly #sampler: PeerSampler
  readonly #turns: CycleTurns
  readonly #epochMs: number
  readonly #foundingMs: number
  readonly #tickMs: number
  readonly #tickLimit: number
  /** The last epoch that each peer has a result of, or −1. */
  readonly #finished: Int32Array

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: EpochOptions, shape: RowShape) {
    const { peers, epochCycles = 30 } = options
    if (!Number.isInteger(peers) || peers < 1) throw new UsageError('PEERS', `peers is an integer ≥ 1, not ${peers}`)
    if (!Number.isInteger(epochCycles) || epochCycles < 1 || epochCycles > EPOCH_CYCLES_MAX) {
      throw new UsageError('EPOCH_CYCLES', `epochCycles is an integer in 1 … ${EPOCH_CYCLES_MAX}, not ${epochCycles}`)
    }
    this.#turns = new CycleTurns(options)
    this.#foundingMs = options.foundingMs ?? this.#turns.periodMs
    if (!(this.#foundingMs >= 0)) {
      throw new UsageError('FOUNDING', `foundingMs is a number of milliseconds ≥ 0, not ${options.foundingMs}`)
    }
    const { periodMs } = this.#turns
    this.periodMs = periodMs
    this.epochCycles = epochCycles
    this.#sampler = options.sampler
    this.#epochMs = epochCycles * periodMs
    this.#tickMs = periodMs / TICKS_PER_CYCLE
    this.#tickLimit = tickLimit(epochCycles)
    this.rows = new EpochRows({ peers, periodMs, ...shape })
    this.#finished = new Int32Array(peers).fill(-1)
  }

  /** The epoch that a hosted peer takes part in, or waits out; −1 where it knows of none. */
  epoch(peer: number): number {
    return this.rows.epoch(peer)
  }

  /** Whether a hosted peer takes part in its epoch; otherwise it waits for the next one. */
  participates(peer: number): boolean {
    return this.rows.participates(peer)
  }

  /** The last epoch that a hosted peer has a result of; −1 where it has none. */
  finishedEpoch(peer: number): number {
    return this.#finished[peer]
  }

  /**
   * Whether a REPLY with this stamp, from `from`, would be applied by a hosted peer: whether the difference that it carries
   * is mass in flight. Only averaging protocols await replies.
   */
  awaits(peer: number, from: number, stamp: number): boolean {
    if (!this.participates(peer) || epochOf(stamp) !== this.epoch(peer)) return false
    return this.rows.awaits(peer, from, stamp % STAMPS_PER_EPOCH)
  }

  onStart(context: Context): void {
    const { self, now } = context
    const { rows } = this
    const epoch = rows.epoch(self)
    if (epoch < 0) {
      if (now < this.#foundingMs) this.#enter(context, 0, 0)
      else rows.wait(self, -1, now)
    } else {
      const over = Math.floor((now - rows.startMs(self)) / this.#epochMs)
      if (over > 0) rows.wait(self, Math.min(epoch + over, EPOCH_MAX), rows.startMs(self) + over * this.#epochMs)
    }
    context.setTimer(TURN, this.#turns.first(context))
  }

  onTimeout(context: Context): void {
    const { self, now } = context
    const elapsedMs = now - this.rows.startMs(self)
    if (elapsedMs >= this.#epochMs) this.#advance(context, Math.floor(elapsedMs / this.#epochMs))
    const partner = this.#sampler.selectPeer(context)
    if (partner !== NOBODY) {
      if (this.rows.participates(self)) this.push(context, partner)
      else context.send(partner, ASK)
    }
    context.setTimer(TURN, this.#turns.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    if (message.kind > REPLY) {
      this.#onControl(context, from, message)
      return
    }
    // Where the peer takes part in nothing its first stamp is negative, and the difference beyond the limit.
    const tick = message.stamp - this.rows.firstStamp(context.self)
    if (tick >= 0 && tick < this.#tickLimit) this.exchange(context, from, message, tick)
    else this.#onOtherEpoch(context, from, message)
  }

  onForget(context: Context): void {
    this.rows.forget(context.self)
    this.#finished[context.self] = -1
    this.forget(context.self)
  }

  persist(archive: Archive): void {
    this.rows.persist(archive)
    archive.array(this.#finished)
  }

  /** The most words of payload in a message, for the codec that carries them. */
  abstract get payloadWordsMax(): number

  /**
   * What an {@link AggregateGuard} asks about a PUSH or a REPLY: why its value and payload cannot be an honest peer's, or
   * `undefined`. It has no effect.
   */
  abstract inspect(message: Message): Refusal | undefined

  /** A peer enters an epoch: take up its local value. */
  protected abstract begin(context: Context): void

  /** A peer's epoch is over: keep its result. */
  protected abstract keep(peer: number): void

  /** Forget all results of a peer. The row has been forgotten; local values are the application's. */
  protected abstract forget(peer: number): void

  /** Active thread: open an exchange with `partner`. */
  protected abstract push(context: Context, partner: number): void

  /** Passive thread, for a PUSH or a REPLY of the epoch that the peer takes part in. */
  protected abstract exchange(context: Context, from: number, message: Message, tick: number): void

  #advance(context: Context, epochs: number): void {
    const { self } = context
    const epoch = this.rows.epoch(self)
    if (epoch + epochs > EPOCH_MAX) return
    // A peer that has slept through a whole epoch has nothing to say about its own.
    if (epochs === 1) this.#finish(self)
    this.#enter(context, epoch + epochs, this.rows.startMs(self) + epochs * this.#epochMs)
  }

  #finish(peer: number): void {
    if (!this.rows.participates(peer)) return
    this.#finished[peer] = this.rows.epoch(peer)
    this.keep(peer)
  }

  #enter(context: Context, epoch: number, startMs: number): void {
    this.rows.begin(context.self, epoch, startMs)
    this.begin(context)
  }

  #onControl(context: Context, from: number, message: Message): void {
    if (message.kind === NOTICE) this.#onOtherEpoch(context, from, message)
    else if (message.kind === ASK) this.#notify(context, from)
  }

  #notify(context: Context, to: number): void {
    if (!this.rows.participates(context.self)) return
    const tick = this.rows.stamp(context.self, context.now) - this.rows.firstStamp(context.self)
    const told = Math.min(tick, this.#tickLimit - 1)
    context.send(to, NOTICE, 0, this.rows.firstStamp(context.self) + told)
  }

  #onOtherEpoch(context: Context, from: number, message: Message): void {
    const { self, now } = context
    const epoch = epochOf(message.stamp)
    const tick = message.stamp - epoch * STAMPS_PER_EPOCH
    if (!(epoch >= 0 && epoch <= EPOCH_MAX && tick < this.#tickLimit)) return
    const known = this.rows.epoch(self)
    if (epoch <= known) {
      if (epoch < known && message.kind === PUSH) this.#notify(context, from)
      return
    }
    const startMs = now - tick * this.#tickMs
    if (!this.rows.participates(self) && (known < 0 || tick >= YOUNG_TICKS)) {
      this.rows.wait(self, epoch, startMs)
      return
    }
    if (2 * (now - this.rows.startMs(self)) >= this.#epochMs) this.#finish(self)
    this.#enter(context, epoch, startMs)
    if (message.kind <= REPLY) this.exchange(context, from, message, tick)
  }
}
