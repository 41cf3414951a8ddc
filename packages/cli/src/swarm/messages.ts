import type { RawDataset } from '@hearsay/datasets'
import type { Progress, RunSettings } from '@hearsay/peer'
import { z } from 'zod'
import type { MlpTask } from './mlp/mlp-task.ts'
import { METHOD_NAMES, type MethodName } from '../peer/method-flags.ts'

/** What the parent tells a worker process of a swarm. */
export type ToWorker = Configure | Join | Stop

/** The first message: who the worker is, and the rows of its own peers. */
export interface Configure {
  readonly type: 'configure'
  /** The worker's number, from 0. */
  readonly process: number
  readonly processes: number
  /** Peers of the whole swarm. */
  readonly peers: number
  /** The peers of this process. Number 0 launches the run. */
  readonly own: readonly { readonly peer: number; readonly rows: RawDataset }[]
  readonly heldOut: RawDataset
  readonly run: RunSettings
  /** What the peers train in place of a linear model. */
  readonly mlp?: MlpTask | undefined
  /** Milliseconds from the launch to cycle 0. */
  readonly graceMs: number
  readonly seed: number
  readonly listen: string
  readonly log?: string | undefined
  readonly summary: SummaryFacts
  readonly json: boolean
}

/** What a summary says that peers do not know. */
export interface SummaryFacts {
  readonly method: MethodName
  readonly centralised: number
  readonly dataset: string
  readonly rowsPerPeer: { readonly min: number; readonly max: number }
  readonly testRows: number
  readonly seed: number
  /** When the command was started, in milliseconds since the Unix epoch. */
  readonly startedUnixMs: number
}

/** The run has been launched; the peers may join it. */
export interface Join {
  readonly type: 'join'
  /** Full addresses of the launcher. */
  readonly bootstrap: readonly string[]
  readonly launcher: string
}

/** Say goodbye to the others, tell how it ended, and exit. */
export interface Stop {
  readonly type: 'stop'
}

/** What a worker tells the parent. `peer` is a number in the swarm. */
export type FromWorker =
  | {
      readonly type: 'launched'
      readonly name: string
      readonly addresses: readonly string[]
      readonly startUnixMs: number
    }
  | { readonly type: 'joined'; readonly peer: number; readonly name: string; readonly progress: Progress }
  | { readonly type: 'progress'; readonly peer: number; readonly progress: Progress }
  | {
      readonly type: 'ended'
      readonly peer: number
      readonly name: string
      readonly progress: Progress
      /** Names of the peers in its view. */
      readonly view: readonly string[]
    }
  | {
      readonly type: 'failed'
      readonly peer: number
      readonly code: string
      readonly message: string
      readonly fault: 'configuration' | 'environment' | 'defect'
    }

const count = z.int().min(0)
const name = z.string().min(1)

const progress: z.ZodType<Progress> = z.object({
  type: z.literal('progress'),
  index: count.exactOptional(),
  cycle: count,
  age: count,
  error: z.number().min(0).max(1).nullable(),
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
  isolatedError: z.number().min(0).max(1).exactOptional(),
  final: z.boolean().exactOptional(),
})

const fromWorker: z.ZodType<FromWorker> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('launched'), name, addresses: z.array(name).min(1), startUnixMs: count }),
  z.object({ type: z.literal('joined'), peer: count, name, progress }),
  z.object({ type: z.literal('progress'), peer: count, progress }),
  z.object({ type: z.literal('ended'), peer: count, name, progress, view: z.array(name) }),
  z.object({
    type: z.literal('failed'),
    peer: count,
    code: z.string(),
    message: z.string(),
    fault: z.enum(['configuration', 'environment', 'defect']),
  }),
])

const rows: z.ZodType<RawDataset> = z.object({
  name: z.string(),
  featureNames: z.array(z.string()),
  classNames: z.array(z.string()),
  features: z.instanceof(Float64Array),
  labels: z.instanceof(Int32Array),
  rows: count,
})

const toWorker: z.ZodType<ToWorker> = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('configure'),
    process: count,
    processes: count,
    peers: count,
    own: z.array(z.object({ peer: count, rows })).min(1),
    heldOut: rows,
    // Checked, field by field, when a manifest is made of it.
    run: z.custom<RunSettings>((value) => typeof value === 'object' && value !== null),
    mlp: z.custom<MlpTask>((value) => typeof value === 'object' && value !== null).optional(),
    graceMs: count,
    seed: count,
    listen: name,
    log: name.optional(),
    summary: z.object({
      method: z.enum(METHOD_NAMES),
      centralised: z.number(),
      dataset: z.string(),
      rowsPerPeer: z.object({ min: count, max: count }),
      testRows: count,
      seed: count,
      startedUnixMs: z.number(),
    }),
    json: z.boolean(),
  }),
  z.object({ type: z.literal('join'), bootstrap: z.array(name), launcher: name }),
  z.object({ type: z.literal('stop') }),
])

/** @returns What a worker said, or `undefined` for anything else. */
export function parseFromWorker(value: unknown): FromWorker | undefined {
  return fromWorker.safeParse(value).data
}

/** @returns What the parent said, or `undefined` for anything else. */
export function parseToWorker(value: unknown): ToWorker | undefined {
  return toWorker.safeParse(value).data
}
