import type { RunManifest } from '../manifest.ts'
import type { PeerNetwork } from './network.ts'

/** A network that is settled when the run is known. */
export interface NetworkSource {
  /** The network of a run, or none where it learns a linear model. What it throws, the peer fails to start with. */
  load(manifest: RunManifest): Promise<PeerNetwork | undefined>
}
