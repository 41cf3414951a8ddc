import {
  type Archive,
  type Context,
  type Memory,
  type Message,
  NOBODY,
  type PeerSampler,
  type Protocol,
  UsageError,
} from '@hearsay/core'
import { assertEvent, EventTable, isEventId } from './event-table.ts'
import type { Deliver } from './rumor-mongering-options.ts'
import { type TurnOptions, Turns } from './turns.ts'

/** The one kind of message: stamp = the event's identifier, payload = its content. */
export const EVENT = 0

const TURN = 0

/** What an {@link InfectAndDie} needs. */
export interface InfectAndDieOptions extends TurnOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  /** Whom events are sent to. */
  readonly sampler: PeerSampler
  /**
   * f: to how many random peers each peer forwards an event, once, 1 … 255. ln N + c reaches all N peers with probability
   * exp(−exp(−c)) (Kermarrec, Massoulié, Ganesh 2003).
   *
   * @defaultValue 8
   */
  readonly fanout?: number
  /**
   * The last events that a peer remembers, 1 … 4096: what it takes for a duplicate, and what waits to be forwarded.
   *
   * @defaultValue 64
   */
  readonly events?: number
  /**
   * Messages that a peer sends in a turn at most, ≥ 1; what is left waits for the next turn.
   *
   * @defaultValue Infinity
   */
  readonly messagesPerTurn?: number
  /**
   * Words of content that an event may have, 0 … 65535.
   *
   * @defaultValue 0
   */
  readonly contentWords?: number
  /** Told of each event that a peer receives for the first time. */
  readonly deliver?: Deliver
}

/**
 * Infect and die (Eugster, Guerraoui, Kermarrec, Massoulié, "Epidemic information dissemination in distributed systems",
 * IEEE Computer 2004): a peer that receives an event for the first time forwards it to `fanout` random peers in its next
 * turn, and never again.
 */
export class InfectAndDie implements Protocol {
  /** Events that each hosted peer has received for the first time, its own left out. */
  readonly delivered: Int32Array
  /** Copies that each hosted peer has never sent, since newer events took the place of what waited. */
  readonly dropped: Int32Array
  readonly #table: EventTable
  /** Copies that are still to be sent of the event in each place. */
  readonly #copies: Uint8Array
  /** The place, within a peer's row, of its oldest event: the next to be overwritten. */
  readonly #oldest: Int32Array
  readonly #turns: Turns
  readonly #sampler: PeerSampler
  readonly #fanout: number
  readonly #perTurn: number
  readonly #deliver: Deliver | undefined

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: InfectAndDieOptions) {
    const { peers, memory, fanout = 8, messagesPerTurn = Infinity, contentWords = 0 } = options
    if (!Number.isInteger(fanout) || fanout < 1 || fanout > 255) {
      throw new UsageError('FANOUT', `fanout is an integer in 1 … 255, not ${fanout}`)
    }
    if (!(messagesPerTurn >= 1)) {
      throw new UsageError('CAPACITY', `messagesPerTurn is a number ≥ 1, not ${messagesPerTurn}`)
    }
    this.#table = new EventTable({ peers, memory, slots: options.events ?? 64, contentWords })
    this.delivered = new Int32Array(peers)
    this.dropped = new Int32Array(peers)
    this.#copies = new Uint8Array(peers * this.#table.slots)
    this.#oldest = new Int32Array(peers)
    this.#turns = new Turns(options)
    this.#sampler = options.sampler
    this.#fanout = fanout
    this.#perTurn = messagesPerTurn
    this.#deliver = options.deliver
  }

  /**
   * Publishes an event at a hosted peer, which sends it in its next turn.
   *
   * @param id - A safe integer ≥ 1 that no other event has: who publishes sees to that.
   * @throws {@link UsageError} where the identifier or the content is invalid.
   */
  publish(peer: number, id: number, content?: ArrayLike<number>): void {
    assertEvent(id, content, this.#table.contentWords)
    if (!this.knows(peer, id)) this.#table.put(this.#makeRoom(peer), id, content)
  }

  /** Whether a hosted peer remembers an event. */
  knows(peer: number, id: number): boolean {
    return this.#table.find(peer, id) >= 0
  }

  onStart(context: Context): void {
    context.setTimer(TURN, this.#turns.first(context))
  }

  onTimeout(context: Context): void {
    this.#forward(context)
    context.setTimer(TURN, this.#turns.next(context))
  }

  onMessage(context: Context, _from: number, message: Message): void {
    const { self } = context
    if (message.kind !== EVENT || !isEventId(message.stamp) || message.length > this.#table.contentWords) return
    if (this.#table.find(self, message.stamp) >= 0) return
    this.#table.store(this.#makeRoom(self), message)
    this.delivered[self]++
    this.#deliver?.(context, message.stamp, message.offset, message.length)
  }

  onForget(context: Context): void {
    const { self } = context
    this.#table.clear(self)
    this.#copies.fill(0, self * this.#table.slots, (self + 1) * this.#table.slots)
    this.#oldest[self] = 0
    this.delivered[self] = 0
    this.dropped[self] = 0
  }

  persist(archive: Archive): void {
    this.#table.persist(archive)
    for (const values of [this.#copies, this.#oldest, this.delivered, this.dropped]) archive.array(values)
  }

  /** Sends what waits, the oldest first. */
  #forward(context: Context): void {
    const { slots, ids, lengths } = this.#table
    const first = context.self * slots
    let room = this.#perTurn
    for (let i = 0; i < slots && room > 0; i++) {
      const place = first + ((this.#oldest[context.self] + i) % slots)
      for (; this.#copies[place] > 0 && room > 0; room--) {
        const peer = this.#sampler.selectPeer(context)
        if (peer === NOBODY) return
        context.send(peer, EVENT, 0, ids[place], this.#table.offset(place), lengths[place])
        this.#copies[place]--
      }
    }
  }

  /** The place of the oldest event, which is forgotten. */
  #makeRoom(peer: number): number {
    const place = peer * this.#table.slots + this.#oldest[peer]
    this.#oldest[peer] = (this.#oldest[peer] + 1) % this.#table.slots
    this.dropped[peer] += this.#copies[place]
    this.#copies[place] = this.#fanout
    return place
  }
}
