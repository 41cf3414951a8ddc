import { UsageError } from '@hearsay/core'

/** Passes over a shard, or where `rowsPerUpdate` bounds them turns of it, that one local training makes. */
export interface EpochsOptions {
  /**
   * E: an integer ≥ 1.
   *
   * @defaultValue 1
   */
  readonly epochs?: number | undefined
}

/** E, or its default. @throws {@link UsageError} `EPOCHS` when it is not an integer ≥ 1. */
export function epochsOf({ epochs = 1 }: EpochsOptions): number {
  if (!Number.isInteger(epochs) || epochs < 1) {
    throw new UsageError('EPOCHS', `local training makes an integer number of epochs ≥ 1, not ${epochs}`)
  }
  return epochs
}
