import { RemoteError, UsageError } from '@hearsay/core'
import { z } from 'zod'

/** Bytes of the longest telemetry message. */
const TELEMETRY_BYTES_MAX = 2048

/**
 * How a peer is getting on: JSON on the network's telemetry topic, at most 2048 bytes. It does not
 * say whose it is: the author is the peer that signed the gossipsub message. Counts are safe integers ≥ 0, since the start.
 */
export interface Progress {
  readonly type: 'progress'
  /** The peer's position in the swarm that launched it, if any: an integer in 0 … 10⁶. */
  readonly index?: number
  /** Cycles since the run's start: a safe integer ≥ 0. */
  readonly cycle: number
  /** Of the peer's model: a safe integer ≥ 0. */
  readonly age: number
  /** The model's 0–1 error on rows that were held out, in [0, 1]; `null` if the peer holds none. */
  readonly error: number | null
  /** Models received and used: by gossip, or a server's by its client, or clients' updates by their server. */
  readonly modelsIn: number
  readonly modelsOut: number
  /** Rows that the peer has trained on, each as often as it was. */
  readonly steps: number
  /** Bytes and messages on all streams of its protocols, as its transport has counted them. */
  readonly bytesIn: number
  readonly bytesOut: number
  readonly framesIn: number
  readonly framesOut: number
  /** Of these bytes, those that learning takes; the others are those of the overlay and of aggregation. */
  readonly learningBytesIn: number
  readonly learningBytesOut: number
  /** Messages that the guard refused. */
  readonly refused: number
  /** Entries of the peer's NewsCast view: a safe integer ≥ 0. */
  readonly viewSize: number
  /** The peer's shard, in rows: a safe integer ≥ 0. */
  readonly rows?: number
  /** How many peers the swarm has, as this peer's last finished epoch of counting says: ≥ 0. Absent before that. */
  readonly counted?: number
  /** In a federated run: the round that the server is in, or that this client was last asked in; 0 for none. */
  readonly round?: number
  /** In a federated run: that this client could not reach the server since its last model came. It keeps that model. */
  readonly serverLost?: true
  /** The error of a model that the peer has trained alone on its shard, in [0, 1]. */
  readonly isolatedError?: number
  /** Whether this is the peer's last message of the run. */
  readonly final?: boolean
}

const count = z.int().min(0)
const error = z.number().min(0).max(1)

const schema: z.ZodType<Progress> = z.strictObject({
  type: z.literal('progress'),
  index: count.max(1e6).exactOptional(),
  cycle: count,
  age: count,
  error: error.nullable(),
  modelsIn: count,
  modelsOut: count,
  steps: count,
  bytesIn: count,
  bytesOut: count,
  framesIn: count,
  framesOut: count,
  learningBytesIn: count,
  learningBytesOut: count,
  refused: count,
  viewSize: count,
  rows: count.exactOptional(),
  counted: z.number().min(0).exactOptional(),
  round: count.exactOptional(),
  serverLost: z.literal(true).exactOptional(),
  isolatedError: error.exactOptional(),
  final: z.boolean().exactOptional(),
})

/** @throws {@link UsageError} `TELEMETRY_INVALID`, with the field, when a value is out of its range. */
export function encodeProgress(progress: Progress): Uint8Array {
  const result = schema.safeParse(progress)
  if (!result.success) throw new UsageError('TELEMETRY_INVALID', problemOf(result.error))
  return new TextEncoder().encode(JSON.stringify(progress))
}

/** @throws {@link RemoteError} `TELEMETRY_INVALID` for anything but a {@link Progress}. */
export function parseProgress(bytes: Uint8Array): Progress {
  if (bytes.length > TELEMETRY_BYTES_MAX) {
    throw new RemoteError(
      'TELEMETRY_INVALID',
      `telemetry takes at most ${TELEMETRY_BYTES_MAX} bytes, not ${bytes.length}`,
    )
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new RemoteError('TELEMETRY_INVALID', 'telemetry is JSON in UTF-8', { cause })
  }
  const result = schema.safeParse(value)
  if (!result.success) throw new RemoteError('TELEMETRY_INVALID', problemOf(result.error))
  return result.data
}

function problemOf(failure: z.ZodError): string {
  const [issue] = failure.issues
  return `telemetry: ${issue?.path.join('.')}: ${issue?.message}`.slice(0, 300)
}
