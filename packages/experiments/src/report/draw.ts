import { setImmediate } from 'node:timers/promises'

/** How figures are drawn: this takes a while. */
export interface DrawOptions {
  /** Ends the drawing early, with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Called before each figure is drawn; `figure` counts from 1. */
  readonly onProgress?: ((progress: { readonly figure: number; readonly figures: number }) => void) | undefined
}

/**
 * Lets signals and timers in: drawing itself never waits.
 *
 * @throws The signal's reason, where it is aborted.
 */
export async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate()
  signal?.throwIfAborted()
}
