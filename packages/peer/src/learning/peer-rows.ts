import type { RawDataset } from '@hearsay/datasets'
import type { RunManifest } from '../manifest.ts'

/** A peer's rows, unscaled. */
export interface PeerRows {
  /** What the peer trains on. They never leave it. */
  readonly rows: RawDataset
  /** Rows to measure the error on; none of them is trained on. @defaultValue none, and the error is `null` */
  readonly heldOut?: RawDataset
}

/** Rows whose meaning is settled when the run is known: a shard may lack a class of it, or order columns differently. */
export interface RowSource {
  /** Feature columns. */
  readonly features: number
  /** The rows, with the columns and classes of the manifest in its order. What it throws, the peer fails to start with. */
  load(manifest: RunManifest): Promise<PeerRows>
}
