import { once } from 'node:events'
import type { OutputStream } from '../io.ts'

/** Writes one event as one line of JSON. Numbers that JSON lacks (NaN, ∞) become null. */
export function writeJsonLine<Event extends { readonly type: string }>(stream: OutputStream, event: Event): void {
  stream.write(`${JSON.stringify(event)}\n`)
}

/** Waits until a slow reader has caught up, or the run is to end. */
export async function drained(stream: OutputStream, signal: AbortSignal): Promise<void> {
  if (stream.writableNeedDrain !== true || signal.aborted) return
  try {
    await once(stream, 'drain', { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
