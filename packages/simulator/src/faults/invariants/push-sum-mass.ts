import type { SimulatedEvent, SimulatedSend } from '../../tap.ts'
import type { Invariant } from './invariant.ts'
import { MassLedger } from './mass-ledger.ts'

/** Push-sum: `PushSum`. */
export interface Summing {
  sum(peer: number): number
  weight(peer: number): number
  epoch(peer: number): number
  participates(peer: number): boolean
}

/** What peers hold and pass on: a sum and a weight. */
interface Mass {
  readonly sum: number
  readonly weight: number
}

/** A push under way. */
interface Push extends Mass {
  readonly from: number
  readonly stamp: number
  /** Copies that have not arrived. */
  copies: number
  isTaken: boolean
  /** It was taken, and its receiver has lost its state since: the mass has left with it. */
  hasLeft: boolean
}

/** The kind of the messages that carry mass. */
const PUSH = 0
const NOTHING: Mass = { sum: 0, weight: 0 }

/**
 * Mass is conserved by push-sum: over all peers that take part, Σ s + Σ s under way + Σ s lost = Σ s at their entries, and so
 * for the weights. A push is lost whose copies all are dropped, missed or refused. No push is taken twice, except by a peer
 * that has lost its state in between: what it had taken first has left with that.
 */
export class PushSumMass implements Invariant {
  readonly name = 'mass conserved'
  readonly #summing: Summing
  readonly #protocol: number
  readonly #entry: (peer: number) => Mass
  readonly #sums: MassLedger
  readonly #weights: MassLedger
  readonly #held: Mass[]
  readonly #epochs: Float64Array
  /** Pushes on their way to each peer. */
  readonly #pushes: Push[][]

  /**
   * @param protocol - Index of the protocol in the stack.
   * @param entry - What a peer enters an epoch with.
   */
  constructor(summing: Summing, peers: number, protocol: number, entry: (peer: number) => Mass) {
    this.#summing = summing
    this.#protocol = protocol
    this.#entry = entry
    const entries = Array.from({ length: peers }, (_, peer) => entry(peer))
    this.#sums = new MassLedger(entries.reduce((total, { sum }) => total + Math.abs(sum), 0))
    this.#weights = new MassLedger(entries.reduce((total, { weight }) => total + weight, 0))
    this.#held = entries.map(() => NOTHING)
    this.#epochs = new Float64Array(peers).fill(-1)
    this.#pushes = entries.map(() => [])
  }

  begin(): void {
    for (let peer = 0; peer < this.#held.length; peer++) this.#enter(peer)
  }

  /** What the sender holds less is what the message carries. */
  onSend({ protocol, kind, from, to, stamp, copies }: SimulatedSend): string | undefined {
    if (protocol !== this.#protocol || kind !== PUSH) return undefined
    if (this.#epochs[from] !== this.#epochOf(from)) this.#enter(from)
    const before = this.#held[from]
    const after = this.#massOf(from)
    const push = { sum: before.sum - after.sum, weight: before.weight - after.weight }
    this.#hold(from, after)
    this.#sums.send(push.sum)
    this.#weights.send(push.weight)
    if (after.sum !== before.sum / 2 || after.weight !== before.weight / 2) {
      return `a push leaves half of ${before.sum} and ${before.weight}, not ${after.sum} and ${after.weight}`
    }
    if (copies > 0) this.#pushes[to].push({ ...push, from, stamp, copies, isTaken: false, hasLeft: false })
    else this.#lose(push)
    return undefined
  }

  onEvent(event: SimulatedEvent): string | undefined {
    const { peer, what, kind, protocol, message } = event
    const isForgotten = what === 'online' && kind === 1
    if (isForgotten) this.#forget(peer)
    if (isForgotten || this.#epochs[peer] !== this.#epochOf(peer)) this.#enter(peer)
    const after = this.#massOf(peer)
    if (message !== undefined && protocol === this.#protocol && kind === PUSH) this.#arrive(event, after)
    this.#hold(peer, after)
    return this.#sums.problem('the sum') ?? this.#weights.problem('the weight')
  }

  /** A copy has arrived, and was taken or not. */
  #arrive({ peer, from, message }: SimulatedEvent, after: Mass): void {
    const pushes = this.#pushes[peer]
    const at = pushes.findIndex((push) => push.from === from && push.stamp === message?.stamp)
    if (at < 0) return
    const push = pushes[at]
    const before = this.#held[peer]
    push.copies--
    if (!push.isTaken && after.sum === before.sum + push.sum && after.weight === before.weight + push.weight) {
      this.#take(push)
    }
    if (push.copies > 0) return
    if (!push.isTaken && !push.hasLeft) this.#lose(push)
    pushes.splice(at, 1)
  }

  #take(push: Push): void {
    push.isTaken = true
    if (push.hasLeft) {
      this.#sums.reenter(push.sum)
      this.#weights.reenter(push.weight)
    } else {
      this.#sums.receive(push.sum)
      this.#weights.receive(push.weight)
    }
  }

  /** A peer that has lost its state cannot know what it had taken. */
  #forget(peer: number): void {
    for (const push of this.#pushes[peer]) {
      if (!push.isTaken) continue
      push.isTaken = false
      push.hasLeft = true
    }
  }

  #lose({ sum, weight }: Mass): void {
    this.#sums.lose(sum)
    this.#weights.lose(weight)
  }

  /** The row of a peer has begun anew: what it held is gone. */
  #enter(peer: number): void {
    const entry = this.#summing.participates(peer) ? this.#entry(peer) : NOTHING
    this.#sums.replace(this.#held[peer].sum, entry.sum)
    this.#weights.replace(this.#held[peer].weight, entry.weight)
    this.#held[peer] = entry
    this.#epochs[peer] = this.#epochOf(peer)
  }

  #hold(peer: number, mass: Mass): void {
    this.#sums.hold(mass.sum - this.#held[peer].sum)
    this.#weights.hold(mass.weight - this.#held[peer].weight)
    this.#held[peer] = mass
  }

  #massOf(peer: number): Mass {
    if (!this.#summing.participates(peer)) return NOTHING
    return { sum: this.#summing.sum(peer), weight: this.#summing.weight(peer) }
  }

  #epochOf(peer: number): number {
    return 2 * this.#summing.epoch(peer) + (this.#summing.participates(peer) ? 1 : 0)
  }
}
