import {
  type Archive,
  type Context,
  type Guard,
  type Message,
  type Protocol,
  type Random,
  type Refusal,
  UsageError,
} from '@hearsay/core'

/** A protocol of a {@link ProtocolBundle}, and what decides whether it sees a well-formed message. */
export interface BundleMember {
  readonly protocol: Protocol
  /** @defaultValue admits all */
  readonly guard?: Guard
}

/** Kinds of messages, and timers, that each member has. */
const KINDS_PER_MEMBER = 4

const MEMBERS_MAX = 32

/**
 * Several small protocols as one, with one stream to each peer in place of one for each: message kind k of member i
 * travels as {@link KINDS_PER_MEMBER}·i + k. Peers of one swarm bundle the same protocols in the same order.
 *
 * Members after the *leader* take their turns when it does, whatever timers they set: each has one, with the leader's mean
 * period. What they send to one peer then leaves in one block.
 */
export class ProtocolBundle implements Protocol, Guard {
  readonly #members: readonly BundleMember[]
  readonly #lanes: readonly Lane[]
  readonly #leader: number
  readonly #message = { kind: 0, value: 0, stamp: 0, offset: 0, length: 0 }

  /**
   * @param leader - Index of the member that the later ones follow. Default: all take turns of their own.
   * @throws {@link UsageError} `BUNDLE` for more than 32 members.
   */
  constructor(members: readonly BundleMember[], leader: number = members.length) {
    if (members.length > MEMBERS_MAX) {
      throw new UsageError('BUNDLE', `a bundle has at most ${MEMBERS_MAX} members, not ${members.length}`)
    }
    this.#members = members
    this.#lanes = members.map((_, index) => new Lane(index * KINDS_PER_MEMBER, index > leader))
    this.#leader = leader
  }

  inspect(message: Message, nowMs: number): Refusal | undefined {
    const index = Math.floor(message.kind / KINDS_PER_MEMBER)
    if (index >= this.#members.length) return 'kind'
    return this.#members[index].guard?.inspect(this.#own(message), nowMs)
  }

  onStart(context: Context): void {
    for (const [index, { protocol }] of this.#members.entries()) protocol.onStart(this.#lane(index, context))
  }

  onTimeout(context: Context, timer: number): void {
    const index = Math.floor(timer / KINDS_PER_MEMBER)
    const last = index === this.#leader ? this.#members.length - 1 : index
    for (let member = index; member <= last; member++) {
      this.#members[member].protocol.onTimeout(this.#lane(member, context), timer % KINDS_PER_MEMBER)
    }
  }

  onMessage(context: Context, from: number, message: Message): void {
    const index = Math.floor(message.kind / KINDS_PER_MEMBER)
    if (index >= this.#members.length) return
    this.#members[index].protocol.onMessage(this.#lane(index, context), from, this.#own(message))
  }

  onPeerUnreachable(context: Context, peer: number): void {
    for (const [index, { protocol }] of this.#members.entries()) {
      protocol.onPeerUnreachable?.(this.#lane(index, context), peer)
    }
  }

  onStop(context: Context): void {
    for (const [index, { protocol }] of this.#members.entries()) protocol.onStop?.(this.#lane(index, context))
  }

  onForget(context: Context): void {
    for (const [index, { protocol }] of this.#members.entries()) protocol.onForget?.(this.#lane(index, context))
  }

  /** @throws {@link UsageError} `PERSIST` where a member cannot be saved. */
  persist(archive: Archive): void {
    for (const [index, { protocol }] of this.#members.entries()) {
      if (protocol.persist === undefined) throw new UsageError('PERSIST', `member ${index} of a bundle cannot be saved`)
      protocol.persist(archive)
    }
  }

  #lane(index: number, context: Context): Lane {
    const lane = this.#lanes[index]
    lane.context = context
    return lane
  }

  /** The message as its member knows it. */
  #own({ kind, value, stamp, offset, length }: Message): Message {
    return Object.assign(this.#message, { kind: kind % KINDS_PER_MEMBER, value, stamp, offset, length })
  }
}

/** What a member sees of the host. */
class Lane implements Context {
  readonly #base: number
  readonly #follows: boolean
  #context: Context | undefined

  constructor(base: number, follows: boolean) {
    this.#base = base
    this.#follows = follows
  }

  set context(context: Context) {
    this.#context = context
  }

  get context(): Context {
    if (this.#context === undefined) throw new UsageError('CONTEXT', 'a context is valid only while a handler runs')
    return this.#context
  }

  get self(): number {
    return this.context.self
  }

  get now(): number {
    return this.context.now
  }

  get random(): Random {
    return this.context.random
  }

  send(to: number, kind: number, value?: number, stamp?: number, offset?: number, length?: number): void {
    this.context.send(to, this.#base + this.#small('kinds', kind), value, stamp, offset, length)
  }

  setTimer(timer: number, delayMs: number): void {
    if (!this.#follows) this.context.setTimer(this.#base + this.#small('timers', timer), delayMs)
  }

  #small(what: string, number: number): number {
    if (Number.isInteger(number) && number >= 0 && number < KINDS_PER_MEMBER) return number
    throw new UsageError('BUNDLE', `a member of a bundle has ${what} 0 … ${KINDS_PER_MEMBER - 1}, not ${number}`)
  }
}
