import { type Archive, type Context, type Persistent, type Random, RandomStreams, UsageError } from '@hearsay/core'
import type { BlockPool, Kernels } from '@hearsay/kernels'
import { Double, Word } from './events/message-record.ts'
import { TimerWord } from './events/timer-record.ts'
import { ticksOf, type TimingWheel } from './events/timing-wheel.ts'
import type { Clocks } from './faults/clocks.ts'
import { LOST, type NetworkModel } from './network/network-model.ts'
import type { PeerRange } from './partition/peer-range.ts'
import { emptyMessage } from './partition/sent-message.ts'
import type { PeerTraffic } from './peer-traffic.ts'
import { PEER_WORDS, PeerWord } from './peer-words.ts'
import { Purpose } from './purpose.ts'
import type { Sessions } from './sessions.ts'
import type { SimulationOptions } from './simulation-options.ts'
import type { Tap } from './tap.ts'

// Constants of this module, which the engine folds: those that a module imports it reads anew each time.
const { target: TARGET, source: SOURCE, type: TYPE, offset: OFFSET, length: LENGTH, sentAt: SENT_AT } = Word
const { value: VALUE, stamp: STAMP } = Double
const { target: TIMER_TARGET, type: TIMER_TYPE, session: TIMER_SESSION } = TimerWord

/** Timers, and kinds of messages, of a protocol. */
export const KINDS = 128

/** Where the messages of a simulation wait: those for its own peers, and those for the peers that another one hosts. */
export interface Mailboxes {
  readonly timers: TimingWheel
  readonly messages: TimingWheel
  readonly payloads: BlockPool
  /** See {@link PeerWord}. */
  readonly peerWords: Int32Array
  /** The peers hosted here; `undefined` where all are. */
  readonly range: PeerRange | undefined
}

/** What handlers see: the one context of a simulation, moved from peer to peer. */
export class SimulatedContext implements Context, Persistent {
  self = 0
  /** What the clock of `self` shows. */
  now = 0
  /** Virtual time, in whole milliseconds. */
  time = 0
  sent = 0
  lost = 0
  duplicated = 0
  words = 0
  readonly random: Random
  readonly #peers: number
  readonly #first: number
  readonly #end: number
  readonly #kernels: Kernels
  readonly #network: NetworkModel
  readonly #protocolStreams: RandomStreams
  readonly #networkStreams: RandomStreams
  readonly #boxes: Mailboxes
  readonly #sessions: Sessions | undefined
  /** Whether a message is lost when its sender goes offline before it has arrived. */
  readonly #needsSender: boolean
  readonly #traffic: PeerTraffic | undefined
  readonly #tap: Tap | undefined
  readonly #clocks: Clocks | undefined
  readonly #away = emptyMessage()
  #protocol = 0

  constructor(
    options: SimulationOptions,
    boxes: Mailboxes,
    sessions: Sessions | undefined,
    traffic: PeerTraffic | undefined,
  ) {
    const rows = { words: boxes.peerWords, stride: PEER_WORDS, first: PeerWord.random }
    this.#protocolStreams = new RandomStreams(options.peers, options.seed, Purpose.protocols, rows)
    this.#networkStreams = new RandomStreams(options.peers, options.seed, Purpose.network)
    this.random = this.#protocolStreams.at(0)
    this.#peers = options.peers
    this.#first = boxes.range?.first ?? 0
    this.#end = boxes.range?.end ?? options.peers
    this.#kernels = options.kernels
    this.#network = options.network
    this.#boxes = boxes
    this.#sessions = sessions
    this.#needsSender = options.wholeTransfers ?? false
    this.#traffic = traffic
    this.#tap = options.tap
    this.#clocks = options.clocks
  }

  /** @param time - Virtual. */
  enter(peer: number, protocol: number, time: number): void {
    this.self = peer
    this.time = time
    this.now = this.#clocks === undefined ? time : this.#clocks.localMs(peer, time)
    this.#protocol = protocol
    this.random.select(peer)
  }

  /** The stream of network randomness of `peer`. */
  networkRandom(peer: number): Random {
    return this.#networkStreams.at(peer)
  }

  send(to: number, kind: number, value = 0, stamp = 0, offset = 0, length = 0): void {
    assertNumbered('message', kind)
    this.sent++
    this.words += length
    if (this.#traffic !== undefined) this.#traffic.countSent(this.self, length)
    const network = this.#network
    const random = this.#networkStreams.at(this.self)
    const delay = network.transfer(random, this.self, to, length, this.time)
    const isKnown = to >= 0 && to < this.#peers
    let copies = 0
    if (delay !== LOST && isKnown && this.#post(delay, to, kind, value, stamp, offset, length)) copies++
    else this.lost++
    if (network.duplicate !== undefined && isKnown) {
      for (let again = 0; again !== LOST;) {
        again = network.duplicate(random, this.self, to, length, this.time)
        if (again === LOST || !this.#post(again, to, kind, value, stamp, offset, length)) continue
        this.duplicated++
        copies++
      }
    }
    const tap = this.#tap
    if (tap?.onSend === undefined) return
    const { time, self: from } = this
    tap.onSend({ time, from, to, protocol: this.#protocol, kind, value, stamp, copies })
  }

  setTimer(timer: number, delayMs: number): void {
    assertNumbered('timer', timer)
    assertDelay(delayMs)
    const virtualMs = this.#clocks === undefined ? delayMs : this.#clocks.virtualMs(this.self, delayMs)
    this.setTimerOf(this.self, this.#protocol * KINDS + timer, ticksOf(virtualMs))
  }

  /** Sets a timer of any type for a hosted peer. */
  setTimerOf(peer: number, type: number, ticks: number): void {
    const wheel = this.#boxes.timers
    const base = wheel.insert(ticks)
    const words = wheel.words
    words[base + TIMER_TARGET] = peer
    words[base + TIMER_TYPE] = type
    words[base + TIMER_SESSION] = this.#sessions === undefined ? 0 : this.#sessions.number(peer)
  }

  persist(archive: Archive): void {
    this.sent = archive.number(this.sent)
    this.lost = archive.number(this.lost)
    this.duplicated = archive.number(this.duplicated)
    this.words = archive.number(this.words)
    this.#protocolStreams.persist(archive)
    this.#networkStreams.persist(archive)
    this.#network.persist?.(archive)
  }

  /** Puts a message in the mailbox of its receiver. Returns whether it will arrive there. */
  #post(
    delayMs: number,
    to: number,
    kind: number,
    value: number,
    stamp: number,
    offset: number,
    length: number,
  ): boolean {
    assertDelay(delayMs)
    const ticks = ticksOf(delayMs)
    if (this.#needsSender && this.#sessions !== undefined && this.time + ticks > this.#sessions.end(this.self)) {
      return false
    }
    const type = this.#protocol * KINDS + kind
    if (to < this.#first || to >= this.#end) {
      this.#postElsewhere(to, type, ticks, value, stamp, offset, length)
      return true
    }
    const { messages } = this.#boxes
    const base = messages.insert(ticks)
    const words = messages.words
    const doubles = messages.doubles
    words[base + TARGET] = to
    words[base + SOURCE] = this.self
    words[base + TYPE] = type
    words[base + OFFSET] = length === 0 ? 0 : this.#copyPayload(offset, length)
    words[base + LENGTH] = length
    words[base + SENT_AT] = this.time
    doubles[base / 2 + VALUE] = value
    doubles[base / 2 + STAMP] = stamp
    return true
  }

  #postElsewhere(
    to: number,
    type: number,
    ticks: number,
    value: number,
    stamp: number,
    offset: number,
    length: number,
  ): void {
    const message = this.#away
    message.to = to
    message.from = this.self
    message.type = type
    message.sentMs = this.time
    message.dueMs = this.time + ticks
    message.value = value
    message.stamp = stamp
    message.words = this.#kernels.memory.int32
    message.offset = offset
    message.length = length
    this.#boxes.range?.post(message)
  }

  #copyPayload(offset: number, length: number): number {
    const block = this.#boxes.payloads.acquire(length)
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

function assertDelay(delayMs: number): void {
  if (delayMs <= Number.MAX_SAFE_INTEGER) return
  throw new UsageError('TIME', `an event in ${delayMs} ms can never happen`)
}
