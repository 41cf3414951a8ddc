import { type Context, type Memory, type Message, type Protocol, type Random, randomStream } from '@hearsay/core'

/** How the peers of a test are numbered: a test speaks of labels 0 … size − 1, the protocol sees numbers. */
export interface Population {
  readonly size: number
  /** The number of the peer with each label: a permutation of the labels. */
  readonly numbers: readonly number[]
}

/** Something that a handler did, in terms of labels. */
export type Effect =
  | { readonly type: 'send'; readonly to: number; readonly kind: number; readonly header: readonly number[] }
  | { readonly type: 'timer'; readonly timer: number; readonly delayMs: number }

/** One call of a handler, and its effects. */
export interface Visit {
  readonly handler: 'onStart' | 'onTimeout' | 'onMessage'
  readonly label: number
  readonly timeMs: number
  readonly effects: readonly Effect[]
}

export interface ScriptOptions {
  readonly seed: number
  /**
   * Whether messages are delayed at random, so that they overtake each other, and a third of them arrives twice.
   *
   * @defaultValue false: each takes 7 ms
   */
  readonly disorder?: boolean
  /**
   * The share of messages that is lost, in [0, 1].
   *
   * @defaultValue 0
   */
  readonly loss?: number
}

type MessageHeader = readonly [kind: number, value: number, stamp: number]

interface Event {
  readonly timeMs: number
  readonly label: number
  readonly from: number
  readonly header: MessageHeader
  readonly payload: Int32Array
}

const NO_PAYLOAD = new Int32Array(0)
const TIMER = -1
/** As int32 a number that is nobody's and no age, as float32 NaN. */
const GARBAGE = 0x7fc00000

/**
 * Hosts a small population of one protocol, and holds it to the handler contract: an effect that the contract forbids is
 * an error, and what a handler borrowed is overwritten as soon as it returns.
 */
export class ScriptedPopulation {
  /** Called before each handler; what it returns is called after it. */
  around: ((label: number) => () => void) | undefined
  #protocol: Protocol
  #memory: Memory
  readonly #population: Population
  readonly #labels: readonly number[]
  readonly #randoms: readonly Random[]
  readonly #network: Random
  readonly #disorder: boolean
  readonly #loss: number
  #pending: Event[] = []
  #effects: Effect[] = []
  #now = 0
  #inbox = 0
  #inboxLength = 0

  constructor(protocol: Protocol, memory: Memory, population: Population, options: ScriptOptions) {
    const { size, numbers } = population
    this.#protocol = protocol
    this.#memory = memory
    this.#population = population
    this.#labels = Array.from({ length: size }, (_, number) => numbers.indexOf(number))
    // Streams belong to labels: a peer draws the same whatever its number.
    this.#randoms = Array.from({ length: size }, (_, label) => randomStream(options.seed, label))
    this.#network = randomStream(options.seed, size)
    this.#disorder = options.disorder ?? false
    this.#loss = options.loss ?? 0
  }

  /** Starts all peers. */
  start(): Visit[] {
    return Array.from({ length: this.#population.size }, (_, label) =>
      this.#visit('onStart', label, (context) => this.#protocol.onStart(context)),
    )
  }

  /** Takes a peer offline, and online again at once: what was under way to it is lost, its timers never fire. */
  restart(label: number): Visit {
    this.#pending = this.#pending.filter((event) => event.label !== label)
    return this.#visit('onStart', label, (context) => this.#protocol.onStart(context))
  }

  /** Goes on with another protocol of the same kind and state, over a memory of the same contents. */
  transplant(protocol: Protocol, memory: Memory): void {
    this.#protocol = protocol
    this.#memory = memory
    this.#inboxLength = 0
  }

  /** Handles the next `events` timeouts and messages, or as many as there are. */
  run(events: number): Visit[] {
    const visits: Visit[] = []
    while (visits.length < events && this.#pending.length > 0) {
      const next = this.#pending.reduce((first, event) => (event.timeMs < first.timeMs ? event : first))
      this.#pending.splice(this.#pending.indexOf(next), 1)
      this.#now = next.timeMs
      if (next.from === TIMER) {
        const [timer] = next.header
        visits.push(this.#visit('onTimeout', next.label, (context) => this.#protocol.onTimeout(context, timer)))
      } else {
        visits.push(this.#deliver(next))
      }
    }
    return visits
  }

  /** Delivers a message of a test's own making, now. */
  inject(label: number, from: number, header: MessageHeader, payload: Int32Array = NO_PAYLOAD): Visit {
    return this.#deliver({ timeMs: this.#now, label, from, header, payload })
  }

  /** Runs code of a test's own on behalf of a peer. Returns what it did. */
  as(label: number, act: (context: Context) => void): readonly Effect[] {
    this.#effects = []
    const done = this.around?.(label)
    act(this.#contextOf(label))
    done?.()
    return this.#effects
  }

  #deliver(event: Event): Visit {
    const { payload } = event
    if (payload.length > this.#inboxLength) {
      this.#inbox = this.#memory.allocate(payload.length)
      this.#inboxLength = payload.length
    }
    this.#memory.int32.set(payload, this.#inbox)
    const [kind, value, stamp] = event.header
    const message = { kind, value, stamp, offset: this.#inbox, length: payload.length }
    const from = this.#population.numbers[event.from]
    const visit = this.#visit('onMessage', event.label, (context) => {
      this.#protocol.onMessage(context, from, message satisfies Message)
    })
    Object.assign(message, { kind: GARBAGE, value: Number.NaN, stamp: Number.NaN, length: 0 })
    this.#memory.int32.fill(GARBAGE, this.#inbox, this.#inbox + payload.length)
    return visit
  }

  #visit(handler: Visit['handler'], label: number, handle: (context: Context) => void): Visit {
    const timeMs = this.#now
    return { handler, label, timeMs, effects: this.as(label, handle) }
  }

  #contextOf(label: number): Context {
    return {
      self: this.#population.numbers[label],
      now: this.#now,
      random: this.#randoms[label],
      send: (to, kind, value = 0, stamp = 0, offset = 0, length = 0) => {
        const target = this.#labels[to]
        assertContract(target !== undefined && target !== label, `a message to ${to}`)
        assertContract(Number.isInteger(kind) && kind >= 0 && kind < 128, `a message of kind ${kind}`)
        assertContract(Number.isSafeInteger(stamp) && stamp >= 0, `a message with stamp ${stamp}`)
        this.#effects.push({ type: 'send', to: target, kind, header: [value, stamp, length] })
        const payload = this.#memory.int32.slice(offset, offset + length)
        const copies = this.#disorder && this.#network.below(3) === 0 ? 2 : 1
        for (let copy = 0; copy < copies; copy++) {
          if (this.#loss > 0 && this.#network.float64() < this.#loss) continue
          const timeMs = this.#now + (this.#disorder ? 500 * this.#network.float64() : 7)
          this.#pending.push({ timeMs, label: target, from: label, header: [kind, value, stamp], payload })
        }
      },
      setTimer: (timer, delayMs) => {
        assertContract(Number.isInteger(timer) && timer >= 0 && timer < 128, `a timer ${timer}`)
        assertContract(delayMs >= 0 && Number.isFinite(delayMs), `a delay of ${delayMs} ms`)
        this.#effects.push({ type: 'timer', timer, delayMs })
        const timeMs = this.#now + delayMs
        this.#pending.push({ timeMs, label, from: TIMER, header: [timer, 0, 0], payload: NO_PAYLOAD })
      },
    }
  }
}

function assertContract(kept: boolean, what: string): void {
  if (!kept) throw new Error(`the handler contract forbids ${what}`)
}
