import type { Guard, Protocol, Random } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { Availability } from './availability/availability.ts'
import type { Clocks } from './faults/clocks.ts'
import type { Pause } from './faults/pause.ts'
import type { NetworkModel } from './network/network-model.ts'
import type { Tap } from './tap.ts'

/** A protocol in a simulated stack. */
export interface SimulatedProtocol {
  readonly protocol: Protocol
  /** Every message to the protocol passes it, as on a network peer. Default: none. */
  readonly guard?: Guard | undefined
}

/** What a {@link Simulation} runs. */
export interface SimulationOptions {
  /** Hosted peers: rows 0 … peers − 1 of each protocol. */
  readonly peers: number
  /** A safe integer ≥ 0. Seed and code version reproduce a run, byte for byte. */
  readonly seed: number
  /** The kernels over whose memory the protocols were built. */
  readonly kernels: Kernels
  /** The protocols of every peer, in any order; they start in this order. */
  readonly protocols: readonly (Protocol | SimulatedProtocol)[]
  readonly network: NetworkModel
  /**
   * When peers are online.
   *
   * @defaultValue always
   */
  readonly availability?: Availability | undefined
  /**
   * Whether a message arrives only if both ends stay online for the whole transfer (Hegedűs, Danner, Jelasity 2021, §5);
   * otherwise it is enough that the receiver is online when it arrives.
   *
   * @defaultValue false
   */
  readonly wholeTransfers?: boolean | undefined
  /**
   * Called before the `onStart` of a peer that comes late or has lost its state, as the place to give it contacts.
   *
   * @param random - A stream of the peer's own.
   */
  readonly bootstrap?: ((peer: number, random: Random) => void) | undefined
  /**
   * When peers stand still.
   *
   * @defaultValue never
   */
  readonly pauses?: readonly Pause[] | undefined
  /**
   * What peers, and their guards, take for the time.
   *
   * @defaultValue all clocks show the virtual time
   */
  readonly clocks?: Clocks | undefined
  /**
   * Whether messages are counted peer by peer, see `PeerTraffic`.
   *
   * @defaultValue false
   */
  readonly countsTraffic?: boolean | undefined
  /** Sees everything that happens. It reads; it cannot disturb the run. */
  readonly tap?: Tap | undefined
}
