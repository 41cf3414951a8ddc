import { type Archive, type Context, type Message, NOBODY } from '@hearsay/core'
import { type Kernels, Rows } from '@hearsay/kernels'
import type { Learner } from '@hearsay/learning'
import type { PeerModels } from '../exchange/peer-models.ts'
import type { StaticGraph } from '../static-graph.ts'
import type { BiasCorrection } from './bias-correction.ts'

/** The age of a model that is not there. */
const EMPTY = -1

/** What a cache works on. */
export interface NeighbourCacheOptions {
  readonly kernels: Kernels
  /** Undirected. */
  readonly graph: StaticGraph
  readonly models: PeerModels
  readonly learner: Learner
  /** Whether neighbours are accepted as Metropolis and Hastings do, and models stay; see {@link Correction}. */
  readonly isMetropolis: boolean
}

/**
 * Keeps the last model of each neighbour, and uses one of them once in the peer's own period. It holds as many models as the
 * graph has ends of edges, and no more, whatever arrives: what comes from others than neighbours is dropped.
 */
export class NeighbourCache implements BiasCorrection {
  readonly #kernels: Kernels
  readonly #graph: StaticGraph
  readonly #models: PeerModels
  readonly #learner: Learner
  readonly #isMetropolis: boolean
  /** One model for each entry of `graph.neighbours`. */
  readonly #slots: Rows
  readonly #ages: Float64Array

  constructor({ kernels, graph, models, learner, isMetropolis }: NeighbourCacheOptions) {
    this.#kernels = kernels
    this.#graph = graph
    this.#models = models
    this.#learner = learner
    this.#isMetropolis = isMetropolis
    this.#slots = new Rows(kernels.memory, graph.neighbours.length, models.words)
    this.#ages = new Float64Array(graph.neighbours.length).fill(EMPTY)
  }

  onPeriod(context: Context): void {
    if (this.#isMetropolis) this.#moveOrStay(context)
    else this.#useOne(context)
  }

  receive({ self }: Context, from: number, { offset, stamp }: Message): boolean {
    const slot = this.#slotOf(self, from)
    if (slot === NOBODY) return false
    this.#kernels.copy(offset, this.#slots.offset(slot), this.#models.words)
    this.#ages[slot] = stamp
    return stamp >= this.#models.ages[self]
  }

  forget(peer: number): void {
    const { starts } = this.#graph
    this.#ages.fill(EMPTY, starts[peer], starts[peer + 1])
  }

  persist(archive: Archive): void {
    archive.array(this.#ages)
  }

  /** One step of the walk backwards: to a neighbour's model, or on with one's own. Both are trained. */
  #moveOrStay(context: Context): void {
    const { self, random } = context
    const { starts, neighbours } = this.#graph
    const degree = starts[self + 1] - starts[self]
    const slot = degree === 0 ? NOBODY : starts[self] + random.below(degree)
    if (slot !== NOBODY && this.#ages[slot] !== EMPTY) {
      const other = this.#graph.degree(neighbours[slot])
      if (other <= degree || random.float64() * other < degree) {
        this.#create(self, slot)
        return
      }
    }
    const models = this.#models
    models.ages[self] = this.#learner.update(self, models.succeed(self), models.ages[self])
  }

  /** Takes one of the models that are there out; does nothing where there is none. */
  #useOne({ self, random }: Context): void {
    const { starts } = this.#graph
    const end = starts[self + 1]
    let full = 0
    for (let slot = starts[self]; slot < end; slot++) if (this.#ages[slot] !== EMPTY) full++
    if (full === 0) return
    let left = random.below(full)
    let slot = starts[self]
    while (this.#ages[slot] === EMPTY || left-- > 0) slot++
    this.#create(self, slot)
    this.#ages[slot] = EMPTY
  }

  #create(self: number, slot: number): void {
    const models = this.#models
    const partner = models.current(self)
    const partnerAge = models.ages[self]
    if (models.votes > 1) models.advance(self)
    const target = models.current(self)
    const received = this.#slots.offset(slot)
    const age = this.#learner.create(self, target, received, this.#ages[slot], partner, partnerAge, false)
    models.ages[self] = age
  }

  #slotOf(self: number, from: number): number {
    const { starts, neighbours } = this.#graph
    for (let slot = starts[self]; slot < starts[self + 1]; slot++) if (neighbours[slot] === from) return slot
    return NOBODY
  }
}
