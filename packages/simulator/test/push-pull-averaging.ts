import { type Context, type Message, NOBODY, type PeerSampler, type Protocol } from '@hearsay/core'

const CYCLE = 0
const PUSH = 0
const REPLY = 1

/**
 * Push–pull averaging (Jelasity, Montresor, Babaoglu 2005, §3) in the form that conserves mass when exchanges interleave:
 * the reply carries the difference that both sides apply. It is here as a protocol that a user of the simulator writes.
 */
export class PushPullAveraging implements Protocol {
  /** One estimate per hosted peer. */
  readonly estimates: Float64Array
  readonly #sampler: PeerSampler
  readonly #periodMs: number

  constructor(estimates: Float64Array, sampler: PeerSampler, periodMs: number) {
    this.estimates = estimates
    this.#sampler = sampler
    this.#periodMs = periodMs
  }

  onStart(context: Context): void {
    context.setTimer(CYCLE, this.#periodMs * context.random.float64())
  }

  onTimeout(context: Context): void {
    const partner = this.#sampler.selectPeer(context)
    if (partner !== NOBODY) context.send(partner, PUSH, this.estimates[context.self])
    context.setTimer(CYCLE, this.#periodMs)
  }

  onMessage(context: Context, from: number, message: Message): void {
    if (message.kind === PUSH) {
      const difference = (this.estimates[context.self] - message.value) / 2
      this.estimates[context.self] -= difference
      context.send(from, REPLY, difference)
    } else {
      this.estimates[context.self] += message.value
    }
  }
}
