import type { SimulatedEvent, SimulatedSend } from '../../tap.ts'
import type { Invariant } from './invariant.ts'
import { MassLedger } from './mass-ledger.ts'

/** Push–pull averaging by differences: `PushPullAveraging`. */
export interface Averaging {
  estimate(peer: number): number
  /** What a peer enters an epoch with. */
  value(peer: number): number
  epoch(peer: number): number
  participates(peer: number): boolean
  /** Whether a reply with this stamp, from `from`, would be applied. */
  awaits(peer: number, from: number, stamp: number): boolean
}

/** The kind of the messages that carry mass. */
const REPLY = 1

/** A reply under way. */
interface Reply {
  readonly from: number
  readonly stamp: number
  readonly mass: number
}

/**
 * Mass is conserved by push–pull averaging: over all peers that take part, Σ estimates + Σ of the replies that are awaited +
 * Σ of those that were lost = Σ values at their entries, to rounding. A reply is lost that the network drops, whose initiator
 * has moved on, or whose responder has lost its state and been told of the exchange again. Any other one that answers an
 * exchange which is settled already is a defect: a copy was taken for a message.
 */
export class AveragingMass implements Invariant {
  readonly name = 'mass conserved'
  readonly #averaging: Averaging
  readonly #protocol: number
  readonly #ledger: MassLedger
  readonly #held: Float64Array
  readonly #epochs: Float64Array
  /** Replies on their way to each peer that it awaits. */
  readonly #awaited: Reply[][]
  /** Exchanges of each peer of which a reply was applied, by responder and stamp: in which life of the responder. */
  readonly #settled: Map<string, number>[]
  /** How often each peer has lost its state. */
  readonly #lives: Int32Array

  /** @param protocol - Index of the protocol in the stack. */
  constructor(averaging: Averaging, peers: number, protocol: number) {
    this.#averaging = averaging
    this.#protocol = protocol
    let scale = 0
    for (let peer = 0; peer < peers; peer++) scale += Math.abs(averaging.value(peer))
    this.#ledger = new MassLedger(scale)
    this.#held = new Float64Array(peers)
    this.#epochs = new Float64Array(peers).fill(-1)
    this.#awaited = Array.from({ length: peers }, () => [])
    this.#settled = Array.from({ length: peers }, () => new Map())
    this.#lives = new Int32Array(peers)
  }

  begin(): void {
    for (let peer = 0; peer < this.#held.length; peer++) this.#enter(peer)
  }

  onSend({ protocol, kind, from, to, value, stamp, copies }: SimulatedSend): string | undefined {
    if (protocol !== this.#protocol || kind !== REPLY) return undefined
    this.#ledger.send(value)
    if (this.#isSettled(to, from, stamp)) return settledTwice(from, to, stamp, value)
    if (copies > 0 && this.#averaging.awaits(to, from, stamp)) this.#awaited[to].push({ from, stamp, mass: value })
    else this.#ledger.lose(value)
    return undefined
  }

  onEvent(event: SimulatedEvent): string | undefined {
    const { peer, what, kind } = event
    const isForgotten = what === 'online' && kind === 1
    if (isForgotten) {
      this.#settled[peer].clear()
      this.#lives[peer]++
    }
    if (isForgotten || this.#epochs[peer] !== this.#epochOf(peer)) this.#enter(peer)
    const isReply = what === 'message' && event.protocol === this.#protocol && kind === REPLY
    if (isReply) this.#receive(event)
    const problem = this.#abandon(peer)
    if (problem !== undefined) return problem
    const estimate = this.#held[peer]
    this.#held[peer] = this.#massOf(peer)
    this.#ledger.hold(this.#held[peer] - estimate)
    return this.#ledger.problem('mass')
  }

  /** The row of a peer has begun anew: what it held is gone. */
  #enter(peer: number): void {
    const entry = this.#averaging.participates(peer) ? this.#averaging.value(peer) : 0
    this.#ledger.replace(this.#held[peer], entry)
    this.#held[peer] = entry
    this.#epochs[peer] = this.#epochOf(peer)
  }

  /** The first copy of an awaited reply is applied. */
  #receive({ peer, from, message }: SimulatedEvent): void {
    const replies = this.#awaited[peer]
    const at = replies.findIndex((reply) => reply.from === from && reply.stamp === message?.stamp)
    if (at < 0) return
    this.#ledger.receive(replies[at].mass)
    this.#settled[peer].set(`${from} ${replies[at].stamp}`, this.#lives[from])
    replies.splice(at, 1)
  }

  /** Replies that a peer awaits no longer are lost. */
  #abandon(peer: number): string | undefined {
    const replies = this.#awaited[peer]
    for (let i = replies.length - 1; i >= 0; i--) {
      const { from, stamp, mass } = replies[i]
      if (this.#isSettled(peer, from, stamp)) return settledTwice(from, peer, stamp, mass)
      if (this.#averaging.awaits(peer, from, stamp)) continue
      this.#ledger.lose(mass)
      replies.splice(i, 1)
    }
    return undefined
  }

  /** A responder that has lost its state since cannot know, and may answer a copy of the push: that reply is lost. */
  #isSettled(peer: number, from: number, stamp: number): boolean {
    return this.#settled[peer].get(`${from} ${stamp}`) === this.#lives[from]
  }

  #massOf(peer: number): number {
    return this.#averaging.participates(peer) ? this.#averaging.estimate(peer) : 0
  }

  /** Two numbers in one: the epoch, and whether the peer takes part in it. */
  #epochOf(peer: number): number {
    return 2 * this.#averaging.epoch(peer) + (this.#averaging.participates(peer) ? 1 : 0)
  }
}

function settledTwice(from: number, to: number, stamp: number, mass: number): string {
  return `mass is not conserved: peer ${from} answers exchange ${stamp} of peer ${to} twice, and ${mass} is lost`
}
