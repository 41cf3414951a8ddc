import { type Archive, type Guard, type Memory, type Protocol, UsageError } from '@hearsay/core'
import { BlockPool } from '@hearsay/kernels'
import { BorrowedMessage } from './borrowed-message.ts'
import { MESSAGE_WORDS, RECEIVED, Word } from './events/message-record.ts'
import { Moment } from './events/moment.ts'
import { Occupancy, RING_MASK } from './events/occupancy.ts'
import { TieOrder } from './events/tie-order.ts'
import { CHANGE, TIMER_WORDS, TimerWord } from './events/timer-record.ts'
import { CHUNK, ticksOf, TimingWheel } from './events/timing-wheel.ts'
import type { Clocks } from './faults/clocks.ts'
import { type DeferredEvent, PausedPeers } from './faults/paused-peers.ts'
import { LOST, type NetworkModel } from './network/network-model.ts'
import type { PeerRange } from './partition/peer-range.ts'
import { receiveMessage } from './partition/receive-message.ts'
import type { SentMessage } from './partition/sent-message.ts'
import { Observers } from './observers.ts'
import { PeerTraffic } from './peer-traffic.ts'
import { peerWords } from './peer-words.ts'
import { windowOf } from './partition/window.ts'
import { type DeferredEventHandler, PeerChanges } from './peer-changes.ts'
import { ProtocolStack } from './protocol-stack.ts'
import { Sessions } from './sessions.ts'
import { KINDS, type Mailboxes, SimulatedContext } from './simulated-context.ts'
import type { SimulationCounters } from './simulation-counters.ts'
import type { SimulationOptions } from './simulation-options.ts'
import { type Tap, tellTimer } from './tap.ts'
import { TraceHash } from './trace-hash.ts'

// Constants of this module, which the engine folds: those that a module imports it reads anew each time.
const { target: TARGET, source: SOURCE, type: TYPE, sentAt: SENT_AT } = Word
const { target: TIMER_TARGET, type: TIMER_TYPE, session: TIMER_SESSION } = TimerWord
const KIND_MASK = KINDS - 1

/**
 * Hosts a population of peers in virtual time. A moment is a whole number of milliseconds. At each moment, timers come
 * before messages, a peer's timers come in the order in which they were set, and its messages in the order of (time of
 * sending, sender, sending): all that a run does follows from its seed, whatever the order between different peers.
 */
export class Simulation {
  readonly peers: number
  /** What each peer has sent and received, where that is counted. */
  readonly traffic: PeerTraffic | undefined
  readonly #memory: Memory
  readonly #stack: ProtocolStack
  readonly #protocols: readonly Protocol[]
  readonly #guards: readonly (Guard | undefined)[]
  readonly #network: NetworkModel
  readonly #range: PeerRange | undefined
  readonly #first: number
  readonly #end: number
  /** Milliseconds for which peers hosted here run on their own. */
  readonly #windowMs: number
  readonly #needsBothEnds: boolean
  readonly #tap: Tap | undefined
  readonly #occupancy = new Occupancy()
  readonly #timers: TimingWheel
  readonly #messages: TimingWheel
  readonly #ties: TieOrder
  readonly #payloads: BlockPool
  readonly #boxes: Mailboxes
  readonly #sessions: Sessions | undefined
  readonly #pauses: PausedPeers | undefined
  /** Whether not every timer that fires is a protocol's that runs. */
  readonly #isDisturbed: boolean
  readonly #clocks: Clocks | undefined
  readonly #context: SimulatedContext
  readonly #changes: PeerChanges
  readonly #message = new BorrowedMessage()
  readonly #trace: TraceHash
  readonly #observers = new Observers()
  readonly #moment = new Moment()
  /** When something happens next, here or elsewhere; NaN where that was never asked. */
  #agreedMs = Number.NaN
  #started = false
  #now = 0
  #delivered = 0
  #refused = 0
  #missed = 0
  #timeouts = 0

  /**
   * @param range - The peers hosted here; all of them where nothing is said.
   * @throws {@link UsageError} when `peers` or `seed` is out of its range; {@link ConfigurationError} `WINDOW` when the
   *   network's smallest delay is too short to host only some of the peers.
   */
  constructor(options: SimulationOptions, range?: PeerRange) {
    if (!Number.isInteger(options.peers) || options.peers < 1) {
      throw new UsageError('PEERS', `a simulation hosts an integer number of peers ≥ 1, not ${options.peers}`)
    }
    this.peers = options.peers
    this.#memory = options.kernels.memory
    this.#stack = new ProtocolStack(options.protocols)
    this.#protocols = this.#stack.protocols
    this.#guards = this.#stack.guards
    this.#network = options.network
    this.#range = range
    this.#first = range?.first ?? 0
    this.#end = range?.end ?? options.peers
    this.#windowMs = range === undefined ? Number.POSITIVE_INFINITY : windowOf(options.network)
    this.#needsBothEnds = options.wholeTransfers ?? false
    this.#tap = options.tap
    const hosted = this.#end - this.#first
    this.#timers = new TimingWheel(TIMER_WORDS, 2 * hosted, this.#occupancy)
    this.#messages = new TimingWheel(MESSAGE_WORDS, 2 * hosted, this.#occupancy)
    const words = peerWords(options.peers)
    this.#ties = new TieOrder(words)
    this.#payloads = new BlockPool(options.kernels.memory)
    this.#trace = new TraceHash(words)
    if (options.availability !== undefined) {
      this.#sessions = new Sessions(options.peers, options.seed, options.availability)
    }
    if (options.pauses !== undefined) this.#pauses = new PausedPeers(options.peers, options.pauses)
    this.#isDisturbed = this.#sessions !== undefined || this.#pauses !== undefined
    this.#clocks = options.clocks
    this.#boxes = { timers: this.#timers, messages: this.#messages, payloads: this.#payloads, peerWords: words, range }
    this.traffic = options.countsTraffic === true ? new PeerTraffic(options.peers) : undefined
    this.#context = new SimulatedContext(options, this.#boxes, this.#sessions, this.traffic)
    const parts = { stack: this.#stack, context: this.#context, trace: this.#trace }
    const handler: DeferredEventHandler = {
      handleDeferred: (peer, event, now) => this.#handleDeferred(peer, event, now),
      missDeferred: (peer, event, now) => this.#missDeferred(peer, event, now),
    }
    this.#changes = new PeerChanges({ ...parts, sessions: this.#sessions, pauses: this.#pauses, handler }, options)
  }

  /** Virtual milliseconds that have passed. */
  get now(): number {
    return this.#now
  }

  get counters(): SimulationCounters {
    const { sent, lost, duplicated, words } = this.#context
    return {
      sent,
      lost,
      duplicated,
      missed: this.#missed,
      delivered: this.#delivered,
      refused: this.#refused,
      timeouts: this.#timeouts,
      words,
    }
  }

  /** What {@link traceHash} is made of, for the peers hosted here: two words for each. */
  get traceLanes(): Int32Array {
    return this.#trace.lanes(this.#first, this.#end)
  }

  /**
   * The fingerprint of all that has been handled so far. It covers each event's time, source, target, kind and header, and
   * one word of each payload.
   */
  get traceHash(): string {
    return this.#trace.digest()
  }

  /** Whether a hosted peer is online now. */
  isOnline(peer: number): boolean {
    return this.#sessions === undefined || this.#sessions.isOnline(peer)
  }

  /**
   * Calls `observe` every `periodMs` of virtual time, before the events of that moment. An observer reads; it cannot
   * disturb the run.
   *
   * @throws {@link UsageError} when `periodMs` is not a finite number ≥ 1.
   */
  observe(periodMs: number, observe: (nowMs: number) => void): void {
    this.#observers.add(this.now, periodMs, observe)
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
      const pause = this.#observers.nextDue(untilMs)
      if (this.#range === undefined) this.#runBefore(Math.ceil(pause))
      else this.#runWindows(this.#range, Math.ceil(pause))
      this.#now = Math.max(this.#now, pause)
      this.#observers.look(pause)
      if (pause >= untilMs) return
    }
  }

  #start(): void {
    this.#started = true
    for (let peer = this.#first; peer < this.#end; peer++) this.#changes.start(peer)
  }

  /** Handles all events before `pause`, in step with those who host the other peers. */
  #runWindows(range: PeerRange, pause: number): void {
    const receive = (message: SentMessage): void => receiveMessage(message, this.#boxes, this.#memory, this.#message)
    // What was agreed on at the end of the last call still holds: nothing has happened since.
    if (Number.isNaN(this.#agreedMs)) this.#agreedMs = range.synchronise(this.#dueMs(), receive)
    while (this.#agreedMs < pause) {
      this.#runBefore(Math.min(pause, Math.max(this.#agreedMs, this.#timers.now) + this.#windowMs))
      this.#agreedMs = range.synchronise(this.#dueMs(), receive)
    }
    this.#runBefore(pause)
  }

  /** The earliest moment at which something may happen to peers hosted here. */
  #dueMs(): number {
    const isIdle = this.#timers.size + this.#messages.size === 0
    return isIdle ? Number.POSITIVE_INFINITY : this.#timers.nextDue(Number.POSITIVE_INFINITY)
  }

  /** Handles all events before `pause`. */
  #runBefore(pause: number): void {
    const timers = this.#timers
    const messages = this.#messages
    while (timers.now < pause) {
      const due = timers.size + messages.size === 0 ? pause : timers.nextDue(pause)
      timers.advance(due)
      messages.advance(due)
      if (due < pause) this.#runMoment(due)
    }
  }

  /** Handles the events of one moment, those that are added meanwhile included, and moves on. */
  #runMoment(now: number): void {
    const timers = this.#timers
    const messages = this.#messages
    const slot = now & RING_MASK
    do {
      this.#occupancy.remove(slot)
      const firstTimer = timers.open()
      if (firstTimer >= 0) this.#fireAll(firstTimer, now)
      const firstMessage = messages.open()
      if (firstMessage >= 0) this.#deliverAll(firstMessage, now)
    } while (this.#occupancy.has(slot))
  }

  #fireAll(first: number, now: number): void {
    const timers = this.#timers
    for (let chunk = first; chunk >= 0;) {
      const count = timers.counts[chunk]
      const base = chunk * CHUNK * TIMER_WORDS
      for (let i = 0; i < count; i++) this.#fire(base + i * TIMER_WORDS, now)
      const next = timers.nexts[chunk]
      timers.release(chunk)
      chunk = next
    }
  }

  #fire(base: number, now: number): void {
    const words = this.#timers.words
    const target = words[base + TIMER_TARGET]
    const type = words[base + TIMER_TYPE]
    if (this.#isDisturbed) {
      if (type >= CHANGE) return this.#changes.change(target, type, now)
      if (this.#sessions !== undefined && words[base + TIMER_SESSION] !== this.#sessions.number(target)) return
      if (this.#pauses?.isPaused(target) === true) return this.#pauses.deferTimer(target, type)
    }
    this.#timeout(target, type, now)
  }

  #timeout(target: number, type: number, now: number): void {
    this.#timeouts++
    this.#trace.addTimer(target, now, type)
    const index = type >> 7
    this.#context.enter(target, index, now)
    this.#protocols[index].onTimeout(this.#context, type & KIND_MASK)
    if (this.#tap !== undefined) tellTimer(this.#tap, target, now, type)
  }

  /** Delivers the messages of one moment. */
  #deliverAll(first: number, now: number): void {
    const messages = this.#messages
    const count = this.#moment.collect(messages, first)
    const { records } = this.#moment
    this.#ties.arrange(records, count, messages.words)
    for (let i = 0; i < count; i++) this.#deliver(records[i], now)
    for (let chunk = first; chunk >= 0;) {
      const next = messages.nexts[chunk]
      messages.release(chunk)
      chunk = next
    }
  }

  #deliver(base: number, now: number): void {
    const { words } = this.#messages
    const target = words[base + TARGET]
    const source = words[base + SOURCE]
    const type = words[base + TYPE]
    const message = this.#message
    message.read(this.#messages, base)
    if (this.#sessions !== undefined && !this.#isReachable(target, words[base + SENT_AT], now)) {
      this.#missed++
      if (this.#tap !== undefined) this.#message.tell(this.#tap, 'missed', target, now, type, source)
    } else if (this.#network.receive !== undefined && this.#pass(base, source, target, type, now)) {
      return
    } else if (this.#pauses !== undefined && this.#pauses.isPaused(target)) {
      return this.#pauses.deferMessage(target, source, type & ~RECEIVED, message)
    } else {
      this.#handle(target, source, type & ~RECEIVED, now)
    }
    if (message.length > 0) this.#payloads.release(message.offset, message.length)
  }

  #handle(target: number, source: number, type: number, now: number): void {
    const message = this.#message
    const { offset, length } = message
    const sample = length === 0 ? 0 : this.#memory.int32[offset + (((now + target) >>> 0) % length)]
    const origin = type ^ Math.imul(source, 0x9e3779b1)
    this.#trace.addMessage(target, now, origin, message.value * 65536, message.stamp, sample)
    if (this.traffic !== undefined) this.traffic.countReceived(target, length)
    const index = type >> 7
    const guard = this.#guards[index]
    if (guard !== undefined && guard.inspect(message, this.#clocks?.localMs(target, now) ?? now) !== undefined) {
      this.#refused++
      if (this.#tap !== undefined) this.#message.tell(this.#tap, 'refused', target, now, type, source)
      return
    }
    this.#delivered++
    this.#context.enter(target, index, now)
    this.#protocols[index].onMessage(this.#context, source, message)
    if (this.#tap !== undefined) this.#message.tell(this.#tap, 'message', target, now, type, source)
  }

  /** Takes a message through its receiver's end of the network. Returns whether it is not to be handled now. */
  #pass(base: number, source: number, target: number, type: number, now: number): boolean {
    if ((type & RECEIVED) !== 0) return false
    const { offset, length } = this.#message
    const random = this.#context.networkRandom(target)
    const delay = this.#network.receive?.(random, source, target, length, now) ?? 0
    if (delay === LOST) {
      this.#missed++
      if (this.#tap !== undefined) this.#message.tell(this.#tap, 'missed', target, now, type, source)
      if (length > 0) this.#payloads.release(offset, length)
      return true
    }
    const ticks = ticksOf(delay)
    if (ticks === 0) return false
    const sentAt = this.#messages.words[base + SENT_AT]
    const again = this.#messages.insert(ticks)
    this.#message.write(this.#messages, again, target, source, type | RECEIVED, sentAt)
    return true
  }

  #isReachable(target: number, sentAt: number, now: number): boolean {
    const sessions = this.#sessions
    if (sessions === undefined) return true
    if (!sessions.isOnline(target)) return false
    // Times of sending are kept in 32 bits: they are compared as ages.
    return !this.#needsBothEnds || now - sessions.begin(target) >= ((now - sentAt) | 0)
  }

  #handleDeferred(peer: number, { from, type, value, stamp, offset, length }: DeferredEvent, now: number): void {
    if (from < 0) return this.#timeout(peer, type, now)
    this.#message.set(type, value, stamp, offset, length)
    this.#handle(peer, from, type, now)
    this.#payloads.release(offset, length)
  }

  #missDeferred(peer: number, { from, type, value, stamp, offset, length }: DeferredEvent, now: number): void {
    if (from < 0) return
    this.#missed++
    this.#message.set(type, value, stamp, offset, length)
    if (this.#tap !== undefined) this.#message.tell(this.#tap, 'missed', peer, now, type, from)
    this.#payloads.release(offset, length)
  }

  /** Saves the run, or goes on from a saved one; see {@link Archive}. Between calls of {@link run} only. */
  persist(archive: Archive): void {
    this.#started = archive.number(this.#started ? 1 : 0) === 1
    this.#now = archive.number(this.#now)
    this.#delivered = archive.number(this.#delivered)
    this.#refused = archive.number(this.#refused)
    this.#missed = archive.number(this.#missed)
    this.#timeouts = archive.number(this.#timeouts)
    for (const part of [this.#timers, this.#messages, this.#payloads, this.#ties, this.#context]) part.persist(archive)
    this.#observers.persist(archive)
    this.traffic?.persist(archive)
    this.#sessions?.persist(archive)
    this.#pauses?.persist(archive)
    this.#stack.persist(archive)
  }
}
