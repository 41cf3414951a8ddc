import { EnvironmentError, UsageError } from '@hearsay/core'

/** Workers that a run can be split over. */
export const WORKERS_MAX = 64

/** Bytes that a log of messages starts with, and may grow to. */
const LOG_BYTES = 1 << 20
const LOG_BYTES_MAX = 2 ** 32 - 2 ** 16

/** What the workers of one run share. It can be posted to a worker. */
export interface SharedRun {
  readonly workers: number
  /** The barrier, and what workers tell each other at it. */
  readonly control: SharedArrayBuffer
  /** Logs of messages from worker i to worker j, in two turns: at (turn · workers + i) · workers + j. */
  readonly logs: readonly SharedArrayBuffer[]
}

/**
 * What a run on several workers shares.
 *
 * @param workers - An integer in 1 … {@link WORKERS_MAX}.
 * @throws {@link UsageError} `WORKERS`; {@link EnvironmentError} `OUT_OF_MEMORY`.
 */
export function shareRun(workers: number): SharedRun {
  if (!Number.isInteger(workers) || workers < 1 || workers > WORKERS_MAX) {
    throw new UsageError('WORKERS', `a run has 1 … ${WORKERS_MAX} workers, not ${workers}`)
  }
  try {
    return {
      workers,
      control: new SharedArrayBuffer(controlBytes(workers)),
      logs: Array.from({ length: 2 * workers * workers }, () => growable()),
    }
  } catch (cause) {
    throw new EnvironmentError('OUT_OF_MEMORY', `no memory that ${workers} workers could share`, { cause })
  }
}

/** Words of the control block: the barrier, what worker 0 has seen of `stop` in each turn, one float64 per worker and turn. */
export const Control = { arrived: 0, generation: 1, aborted: 2, stop: 3, seen: 4, dues: 6 } as const

function controlBytes(workers: number): number {
  return Control.dues * 4 + 2 * workers * 8
}

function growable(): SharedArrayBuffer {
  return new SharedArrayBuffer(LOG_BYTES, { maxByteLength: LOG_BYTES_MAX })
}

/** The first peer of worker `index`: ranges are contiguous and differ in size by one at most. */
export function firstPeer(peers: number, workers: number, index: number): number {
  return Math.floor((peers * index) / workers)
}
