import type { Context, Message, Protocol } from '@hearsay/core'
import { createKernels, type Kernels, Rows } from '@hearsay/kernels'
import { independentNetwork, Simulation } from '../src/index.ts'

/** What a {@link Chatter} does differently, to see what a trace notices. */
export interface ChatterChanges {
  /** Adds to the header's value of the first message of peer 0. */
  readonly value?: number
  /** Adds to the stamp of that message. */
  readonly stamp?: number
  /** Adds to its kind. */
  readonly kind?: number
  /** Adds to each word of its payload. */
  readonly payload?: number
  /** Adds to the first delay of peer 0, in milliseconds. */
  readonly delayMs?: number
  /** Adds to the number of the first timer of peer 0. */
  readonly timer?: number
  /** Further random numbers that peer 0 draws at its start. */
  readonly draws?: number
}

const WORDS = 6

/** A protocol that uses all of a context and makes every state depend on what came before. */
export class Chatter implements Protocol {
  readonly rows: Rows
  readonly #kernels: Kernels
  readonly #peers: number
  readonly #changes: ChatterChanges
  #spoken = false

  constructor(kernels: Kernels, peers: number, changes: ChatterChanges) {
    this.rows = new Rows(kernels.memory, peers, WORDS)
    this.#kernels = kernels
    this.#peers = peers
    this.#changes = changes
  }

  onStart(context: Context): void {
    const { draws = 0, delayMs = 0, timer = 0 } = this.#changes
    const first = context.self === 0
    for (let i = 0; first && i < draws; i++) context.random.uint32()
    const row = this.rows.offset(context.self)
    for (let word = 0; word < WORDS; word++) this.#kernels.memory.float32[row + word] = context.self + word / 8
    context.setTimer(first ? timer : 0, 20 + context.self + (first ? delayMs : 0))
  }

  onTimeout(context: Context): void {
    const partner = context.random.below(this.#peers)
    this.#send(context, partner, context.random.float64())
    context.setTimer(0, 50 + context.random.below(100))
  }

  onMessage(context: Context, from: number, message: Message): void {
    const row = this.rows.offset(context.self)
    this.#kernels.merge(row, row, 1, message.offset, 1 + message.value, WORDS)
    if (context.random.below(4) === 0) this.#send(context, from, 0)
  }

  #send(context: Context, to: number, value: number): void {
    const row = this.rows.offset(context.self)
    const changed = context.self === 0 && !this.#spoken
    if (context.self === 0) this.#spoken = true
    const { value: more = 0, stamp = 0, kind = 0, payload = 0 } = changed ? this.#changes : {}
    const { float32 } = this.#kernels.memory
    for (let word = 0; word < WORDS; word++) float32[row + word] += payload
    context.send(to, kind, value + more, context.now + stamp, row, WORDS)
    for (let word = 0; word < WORDS; word++) float32[row + word] -= payload
  }
}

/** A run of {@link Chatter}. */
export interface ChatterRun {
  readonly simulation: Simulation
  readonly kernels: Kernels
  readonly protocol: Chatter
}

export const CHATTER_PEERS = 12

/** Twelve peers that chat over a network which delays and loses; nothing has been run. */
export function chatter(seed: number, changes: ChatterChanges = {}): ChatterRun {
  const kernels = createKernels()
  const protocol = new Chatter(kernels, CHATTER_PEERS, changes)
  const network = independentNetwork({ delay: { kind: 'uniform', minMs: 0, maxMs: 60 }, loss: 0.1 })
  const simulation = new Simulation({ peers: CHATTER_PEERS, seed, kernels, protocols: [protocol], network })
  return { simulation, kernels, protocol }
}

/** All that a run has led to. */
export function chatterOutcome({ simulation, kernels, protocol }: ChatterRun): unknown {
  const states = Array.from({ length: CHATTER_PEERS }, (_, peer) => {
    const row = protocol.rows.offset(peer)
    return Array.from(kernels.memory.int32.subarray(row, row + WORDS))
  })
  return { traceHash: simulation.traceHash, now: simulation.now, counters: simulation.counters, states }
}
