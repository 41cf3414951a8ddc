import { SCALING_KINDS } from '@hearsay/datasets'
import { LINEAR_MODELS, MERGE_RULES, mergeRuleProblem, shapeOf } from '@hearsay/learning'
import {
  exchangePeriodMs,
  exchangeProblem,
  FLOW_KINDS,
  PARTS_MAX,
  TOKENS_MAX,
  WEIGHT_ENCODINGS,
} from '@hearsay/protocols'
import { z } from 'zod'
import { INSTANCES_MAX, METRICS } from './aggregates/aggregation-settings.ts'
import { federatedProblem, federatedSchema } from './learning/federated-schema.ts'
import { networkProblem, networkSchema } from './learning/network-manifest.ts'
import type { RunManifest } from './manifest.ts'

export const FEATURES_MAX = 65_536
export const CLASSES_MAX = 1024
export const VIEW_SIZE_MAX = 127
const INT32_MAX = 2 ** 31 - 1
/** What the stamps of aggregation can count. */
const EPOCH_CYCLES_MAX = 2 ** 20 - 2
const DAY_MS = 86_400_000

/** Something that can be printed on a terminal, and written as UTF-8. */
const name = z
  .string()
  .min(1)
  .max(128)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'has a control character or half a surrogate pair')

const finite = z.number()
const positive = z.number().positive()

function count(max: number): z.ZodInt {
  return z.int().min(1).max(max)
}

const schema: z.ZodType<RunManifest> = z
  .strictObject({
    version: z.literal(1),
    runId: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/),
    protocol: z.enum(['gossip-learning', 'federated-learning']),
    model: z.strictObject({
      kind: z.enum([...LINEAR_MODELS, 'network']),
      network: networkSchema.exactOptional(),
      features: count(FEATURES_MAX),
      featureNames: z.array(name).max(FEATURES_MAX),
      classNames: z.array(name).min(2).max(CLASSES_MAX),
      bias: z.boolean(),
    }),
    hyperparameters: z.strictObject({
      lambda: z.number().min(0),
      eta: positive.exactOptional(),
      decay: z.boolean(),
      batch: count(4096),
      creation: z.enum(['RW', 'MU', 'UM']),
      merge: z.enum(MERGE_RULES),
      mergeGap: z.number().min(0).exactOptional(),
      mergeWith: z.enum(['last', 'current']),
      ageRule: z.enum(['max', 'sum']),
      mergeShareMax: positive.max(1).exactOptional(),
      flow: z
        .strictObject({ kind: z.enum(FLOW_KINDS), reserve: count(TOKENS_MAX), capacity: count(TOKENS_MAX) })
        .refine(({ reserve, capacity }) => reserve <= capacity, 'has a reserve above its capacity')
        .exactOptional(),
      exchange: z
        .discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('full') }),
          z.strictObject({ kind: z.literal('subsampled'), share: positive.max(1) }),
          z.strictObject({ kind: z.literal('partitioned'), parts: count(PARTS_MAX) }),
        ])
        .exactOptional(),
      weights: z.enum(WEIGHT_ENCODINGS).exactOptional(),
      ageGrowthMax: z.number().min(1).max(1e6).exactOptional(),
    }),
    federated: federatedSchema.exactOptional(),
    periodMs: z.number().min(1).max(DAY_MS),
    cycles: count(1e9),
    startUnixMs: z.int().min(0),
    rowsMax: count(INT32_MAX),
    rowNormMax: positive,
    viewSize: count(VIEW_SIZE_MAX),
    aggregation: z
      .strictObject({
        metrics: z.array(z.enum(METRICS)).refine((list) => new Set(list).size === list.length, 'has a metric twice'),
        epochCycles: count(EPOCH_CYCLES_MAX),
        instances: count(INSTANCES_MAX),
      })
      .exactOptional(),
    scaling: z.strictObject({
      kind: z.enum(SCALING_KINDS),
      offset: z.array(finite).max(FEATURES_MAX),
      factor: z.array(z.number().min(0)).max(FEATURES_MAX),
    }),
    launcher: z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{1,128}$/),
  })
  .check((context) => {
    const { model, scaling } = context.value
    const refuse = (path: string[], message: string): void => {
      context.issues.push({ code: 'custom', input: undefined, path, message })
    }
    for (const [path, list] of [
      [['model', 'featureNames'], model.featureNames],
      [['scaling', 'offset'], scaling.offset],
      [['scaling', 'factor'], scaling.factor],
    ] as const) {
      if (list.length !== model.features) refuse([...path], `has ${list.length} entries for ${model.features} features`)
    }
    if (new Set(model.classNames).size < model.classNames.length) refuse(['model', 'classNames'], 'has a name twice')
    const network = networkProblem(context.value)
    if (network !== undefined) refuse(['model', 'network'], network)
    const combination = combinationProblem(context.value)
    if (combination !== undefined) refuse(['hyperparameters'], combination)
    const federated = federatedProblem(context.value, parametersOf(model))
    if (federated !== undefined) refuse(['federated'], federated)
  })

/** Why hyperparameters that are valid each by itself cannot go together. */
function combinationProblem({ model, hyperparameters, periodMs }: RunManifest): string | undefined {
  const { exchange, mergeWith, creation, lambda, eta } = hyperparameters
  const rule = stepProblem(model.kind, lambda, eta) ?? mergeRuleProblem(hyperparameters)
  if (rule !== undefined || exchange === undefined) return rule
  const problem = exchangeProblem(exchange, { mergeWith, creation, parameters: parametersOf(model) })
  if (problem !== undefined || exchangePeriodMs(exchange, periodMs) >= 1) return problem
  return `a period of ${periodMs} ms leaves less than 1 ms for each part of the model`
}

/** Why there is no η₀: where it is not given, it is 1/λ. */
function stepProblem(kind: RunManifest['model']['kind'], lambda: number, eta?: number): string | undefined {
  if (eta !== undefined || kind === 'adaline' || kind === 'network' || Number.isFinite(1 / lambda)) return undefined
  return `has no step size: with λ = ${lambda}, eta is to be given`
}

function parametersOf({ kind, network, features, classNames, bias }: RunManifest['model']): number {
  if (kind === 'network') return network?.parameters ?? 1
  // A list that is too short is refused by itself, and beside what else is wrong.
  const { outputs, dimension } = shapeOf(kind, features, Math.max(2, classNames.length), bias)
  return outputs * dimension
}

/** A manifest, or where and why it is none. */
export type ManifestCheck =
  | { readonly manifest: RunManifest; readonly problem?: never }
  | { readonly manifest?: never; readonly problem: string }

/** Checks every field of what may be a manifest. */
export function checkManifest(value: unknown): ManifestCheck {
  const result = schema.safeParse(value)
  if (result.success) return { manifest: result.data }
  const [issue] = result.error.issues
  const where = issue === undefined || issue.path.length === 0 ? 'the manifest' : issue.path.join('.')
  return { problem: `${where}: ${issue?.message ?? 'malformed'}`.slice(0, 300) }
}
