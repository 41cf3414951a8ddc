import { type Context, type Message, NOBODY, type Protocol } from '@hearsay/core'
import { UniformSampler } from '@hearsay/protocols'
import { AveragingMass, type FaultSubject } from '@hearsay/simulator'
import { learningSubject } from '../src/explore/subjects/learning.ts'

const PUSH = 0
const REPLY = 1

/**
 * Push–pull averaging by differences that takes every copy of a push for a push: the responder subtracts the difference
 * once for each copy, and the initiator adds it once.
 */
class CopiesForPushes implements Protocol {
  readonly estimates: Float64Array
  readonly #values: Float64Array
  readonly #sampler: UniformSampler
  readonly #periodMs: number
  /** The stamp of each peer's exchange that is not settled, and with whom it is. */
  readonly #stamps: Float64Array
  readonly #partners: Int32Array

  constructor(values: Float64Array, periodMs: number) {
    this.estimates = values.slice()
    this.#values = values
    this.#sampler = new UniformSampler(values.length)
    this.#periodMs = periodMs
    this.#stamps = new Float64Array(values.length)
    this.#partners = new Int32Array(values.length).fill(NOBODY)
  }

  estimate(peer: number): number {
    return this.estimates[peer]
  }

  value(peer: number): number {
    return this.#values[peer]
  }

  epoch(): number {
    return 0
  }

  participates(): boolean {
    return true
  }

  awaits(peer: number, from: number, stamp: number): boolean {
    return this.#partners[peer] === from && this.#stamps[peer] === stamp
  }

  onStart(context: Context): void {
    context.setTimer(0, this.#periodMs * context.random.float64())
  }

  onTimeout(context: Context): void {
    const { self } = context
    const partner = this.#sampler.selectPeer(context)
    this.#partners[self] = partner
    context.send(partner, PUSH, this.estimates[self], ++this.#stamps[self])
    context.setTimer(0, this.#periodMs)
  }

  onMessage(context: Context, from: number, message: Message): void {
    const { self } = context
    if (message.kind === PUSH) {
      const difference = (this.estimates[self] - message.value) / 2
      this.estimates[self] -= difference
      context.send(from, REPLY, difference, message.stamp)
    } else if (this.awaits(self, from, message.stamp)) {
      this.#partners[self] = NOBODY
      this.estimates[self] += message.value
    }
  }

  onForget({ self }: Context): void {
    this.estimates[self] = this.#values[self]
    this.#partners[self] = NOBODY
  }
}

/** A protocol that loses mass where the network duplicates messages. */
export const LOSES_MASS: FaultSubject = {
  name: 'loses-mass',
  build: ({ peers, periodMs, random }) => {
    const protocol = new CopiesForPushes(
      Float64Array.from({ length: peers }, () => random.normal()),
      periodMs,
    )
    return { protocols: [protocol], invariants: [new AveragingMass(protocol, peers, 0)] }
  },
}

/** Gossip learning that believes in any age, and the same with its guard. */
export const TRUSTS_AGES: FaultSubject = {
  ...learningSubject('trusts-ages', { mergeWith: 'current', guard: false }),
  attacks: ['age-lie'],
}
export const GUARDS_AGES: FaultSubject = {
  ...learningSubject('guards-ages', { mergeWith: 'current' }),
  attacks: ['age-lie'],
}
