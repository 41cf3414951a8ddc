import type { Archive, ArchivedArray, PeerSampler, Protocol } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import type { Population } from '@hearsay/testkit/conformance'
import { type ReplicaStore, StaticGraph } from '../../src/index.ts'

/** Δ of the tests; messages take 1 ms, so an exchange and its answers end within a cycle. */
export const PERIOD_MS = 10

/** Hosts a population whose messages take 1 ms, and are lost with a probability. */
export function simulate(
  protocols: Protocol[],
  options: { peers: number; seed?: number; kernels: Kernels; loss?: number },
) {
  const network = independentNetwork({ delay: { kind: 'constant', ms: 1 }, loss: options.loss ?? 0 })
  const { peers, kernels, seed = 1 } = options
  return new Simulation({ peers, kernels, seed, protocols, network })
}

export const kernels = (): Kernels => createKernels({ backend: 'javascript' })

/** Each peer knows the next three, by label. */
export function ringOfThree({ size, numbers }: Population): StaticGraph {
  const neighbours = new Int32Array(3 * size)
  for (let label = 0; label < size; label++) {
    for (let i = 0; i < 3; i++) neighbours[3 * numbers[label] + i] = numbers[(label + 1 + i) % size]
  }
  return new StaticGraph(
    Int32Array.from({ length: size + 1 }, (_, peer) => 3 * peer),
    neighbours,
  )
}

/** Answers these peers, in turn. */
export function inTurn(...peers: number[]): PeerSampler {
  let next = 0
  return { selectPeer: () => peers[next++ % peers.length] }
}

export const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length

export function standardError(values: readonly number[]): number {
  const average = mean(values)
  return Math.sqrt(mean(values.map((x) => (x - average) ** 2)) / values.length)
}

export const range = (length: number): number[] => Array.from({ length }, (_, i) => i)

/** Keeps in memory what objects save, and gives it back to others of the same make. */
export class ListArchive implements Archive {
  restoring = false
  readonly #saved: (number | ArchivedArray)[] = []
  #next = 0

  array(values: ArchivedArray): void {
    if (this.restoring) values.set(this.#saved[this.#next++] as ArchivedArray)
    else this.#saved.push(values.slice())
  }

  number(value: number): number {
    if (this.restoring) return this.#saved[this.#next++] as number
    this.#saved.push(value)
    return value
  }

  restore(protocol: Protocol): void {
    this.restoring = true
    this.#next = 0
    protocol.persist?.(this)
  }
}

/** A replica as plain data: id, version and value of each entry, death certificates included. */
export function contents(store: ReplicaStore, peer: number): unknown[] {
  const entries: unknown[] = []
  for (let index = store.begin(peer); index < store.end(peer); index++) {
    const id = store.idAt(index)
    entries.push([id, store.versionAt(index), [...(store.value(peer, id) ?? [])]])
  }
  return entries
}
