import type { Archive, Context, Guard, Memory, Protocol } from '@hearsay/core'
import type { Population } from './scripted-population.ts'

/** A protocol whose peers know each other well enough to exchange messages. */
export interface ProtocolFixture {
  readonly protocol: Protocol
  /** The memory that the protocol was built over. */
  readonly memory: Memory
  /** All that can be observed of a peer's state, as plain values that speak of labels and not of numbers. */
  state(label: number): unknown
  /** The guard that hosts put in front of the protocol: hostile messages pass it first. Default: none. */
  readonly guard?: Guard
  /** Visits the state of what the protocol was built with, such as a sampler: what a host saves beside the protocol. */
  persist?(archive: Archive): void
  /** Puts back what the protocol was built with, for `context.self`: called after its `onForget`. */
  forget?(context: Context): void
}

/**
 * Makes a protocol for a population. The peer with label i must be given the same data and the same acquaintances, in the
 * same order, whatever the numbers of the peers.
 */
export type ProtocolFactory = (population: Population) => ProtocolFixture
