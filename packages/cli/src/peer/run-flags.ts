import { ConfigurationError } from '@hearsay/core'
import { SCALING_KINDS, type ScalingKind } from '@hearsay/datasets'
import { BATCH_MAX } from '@hearsay/kernels'
import {
  type AgeRule,
  type Creation,
  LINEAR_MODELS,
  type LinearModel,
  MERGE_RULES,
  type MergeRule,
} from '@hearsay/learning'
import { checkExchange } from '@hearsay/experiments'
import type { RunSettings } from '@hearsay/peer'
import type { Command } from 'commander'
import { choiceFlag } from '../flags/choice-flag.ts'
import { addExchangeFlags, EXCHANGE_FLAG_NAMES, type ExchangeFlags, flowOf } from '../flags/exchange-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addMethodFlags, METHOD_FLAG_NAMES, type MethodFlags, methodOf } from './method-flags.ts'

/** What whoever launches a run decides for all peers in it. A flag that was not given is absent. */
export interface RunFlags extends ExchangeFlags, MethodFlags {
  /** Milliseconds. */
  readonly period?: number
  readonly cycles?: number
  readonly model?: LinearModel | 'mlp'
  readonly lambda?: number
  readonly eta?: number
  readonly bias?: boolean
  readonly batch?: number
  readonly merge?: MergeRule
  readonly mergeWith?: 'last' | 'current'
  readonly mergeShareMax?: number
  readonly age?: AgeRule
  readonly create?: Creation
  readonly viewSize?: number
  readonly scale?: ScalingKind
}

/** Where commands differ. */
export interface RunDefaults {
  /** Milliseconds. */
  readonly period: number
  readonly cycles: number
  readonly lambda: number
}

/** Every flag of {@link RunFlags} as the command line names it. */
export const RUN_FLAG_NAMES: Record<keyof RunFlags, string> = {
  period: '--period',
  cycles: '--cycles',
  model: '--model',
  lambda: '--lambda',
  eta: '--eta',
  bias: '--bias or --no-bias',
  batch: '--batch',
  merge: '--merge',
  mergeWith: '--merge-with',
  mergeShareMax: '--merge-share-max',
  age: '--age',
  create: '--create',
  viewSize: '--view-size',
  scale: '--scale',
  ...EXCHANGE_FLAG_NAMES,
  ...METHOD_FLAG_NAMES,
}

/** What gossip alone has. */
const GOSSIP_FLAGS: readonly (keyof RunFlags)[] = [
  ...(['merge', 'mergeGap', 'mergeWith', 'mergeShareMax', 'age', 'create', 'flow', 'tokens'] as const),
]

const DAY_MS = 86_400_000
const ABOVE_ZERO = { min: 0, above: true }

/**
 * @param group - Title of the flags in the help.
 * @param models - What can be learned.
 */
export function addRunFlags(
  command: Command,
  defaults: RunDefaults,
  group: string,
  models: readonly (LinearModel | 'mlp')[] = LINEAR_MODELS,
): Command {
  const { period, cycles, lambda } = defaults
  command
    .optionsGroup(group)
    .addOption(numberFlag('--period <ms>', `a cycle, in milliseconds (default: ${period})`, { min: 10, max: DAY_MS }))
    .addOption(
      numberFlag('--cycles <count>', `cycles from start to end (default: ${cycles})`, {
        min: 1,
        max: 1e9,
        integer: true,
      }),
    )
    .addOption(
      numberFlag('--view-size <peers>', 'peers in a NewsCast view, 1 … 127 (default: 20)', {
        min: 1,
        max: 127,
        integer: true,
      }),
    )
    .addOption(choiceFlag('--scale <kind>', 'how features are scaled (default: standardise)', SCALING_KINDS))
  return addMethodFlags(addExchangeFlags(addModelFlags(command, lambda, models)))
}

function addModelFlags(command: Command, lambda: number, models: readonly (LinearModel | 'mlp')[]): Command {
  return command
    .addOption(choiceFlag('--model <kind>', 'what is learned (default: pegasos)', models))
    .addOption(numberFlag('--lambda <number>', `regularisation λ ≥ 0 (default: ${lambda})`, { min: 0, max: 1e6 }))
    .addOption(
      numberFlag('--eta <number>', 'step size η₀ > 0; steps are η₀/age (default: 1/λ; adaline: 1e-4, constant)', {
        ...ABOVE_ZERO,
        max: 1e12,
      }),
    )
    .option('--bias', 'give models a bias, which is not regularised')
    .option('--no-bias', 'give models no bias (default)')
    .addOption(
      numberFlag('--batch <rows>', `rows a step, 1 … ${BATCH_MAX} (default: 1)`, {
        min: 1,
        max: BATCH_MAX,
        integer: true,
      }),
    )
    .addOption(choiceFlag('--merge <rule>', 'how two models are averaged (default: age-weighted)', MERGE_RULES))
    .addOption(
      choiceFlag(
        '--merge-with <model>',
        'a received model meets the one received before, or the own (default: last; of parts: current)',
        ['last', 'current'],
      ),
    )
    .addOption(
      numberFlag('--merge-share-max <share>', 'largest share of a received model in a merge (default: 1)', {
        ...ABOVE_ZERO,
        max: 1,
      }),
    )
    .addOption(choiceFlag('--age <rule>', 'age of a merged model; sum stops learning (default: max)', ['max', 'sum']))
    .addOption(
      choiceFlag('--create <order>', 'random walk, merge then update, or update then merge (default: MU)', [
        'RW',
        'MU',
        'UM',
      ]),
    )
}

/**
 * The settings of a run.
 *
 * @throws {@link ConfigurationError} `ETA` where the step size follows from nothing; `FLAG_TOKENS`, `EXCHANGE`,
 *   `MERGE_RULE`, `METHOD` where flags contradict each other.
 */
export function runSettingsOf(flags: RunFlags, defaults: RunDefaults): RunSettings {
  const method = methodOf(flags)
  if (method === 'gossip') return gossipSettingsOf(flags, defaults)
  const gossipOnly = GOSSIP_FLAGS.filter((key) => flags[key] !== undefined).map((key) => RUN_FLAG_NAMES[key])
  if (gossipOnly.length === 0) return { ...learnerSettingsOf(flags, defaults), method }
  throw new ConfigurationError(
    'METHOD',
    `${gossipOnly.join(', ')}: this is how models are gossiped, and --method ${flags.method} does not`,
  )
}

/** The settings of a run of gossip learning. Throws as {@link runSettingsOf}. */
export function gossipSettingsOf(flags: RunFlags, defaults: RunDefaults): RunSettings {
  const { merge, mergeWith, mergeShareMax, age, create, mergeGap, exchange, weights } = flags
  checkExchange({ exchange, mergeWith, creation: create, ...present({ merge, mergeGap, ageRule: age }) })
  return {
    ...learnerSettingsOf(flags, defaults),
    ...present({ merge, mergeWith, mergeShareMax, ageRule: age, creation: create }),
    ...present({ mergeGap, exchange, weights, flow: flowOf(flags) }),
  }
}

/**
 * What every method has. Models have no bias unless they are to: with steps of 1/(λ·age), what a bias, which no
 * regularisation shrinks, takes from the first few rows is still there thousands of rows later.
 */
function learnerSettingsOf(flags: RunFlags, defaults: RunDefaults): RunSettings {
  const { lambda = defaults.lambda, eta, bias = false, batch, viewSize, scale } = flags
  const model = flags.model === 'mlp' ? undefined : flags.model
  if (lambda === 0 && eta === undefined && model !== 'adaline') {
    throw new ConfigurationError('ETA', 'the step size follows from λ unless it is given: with λ = 0, set --eta')
  }
  return {
    periodMs: flags.period ?? defaults.period,
    cycles: flags.cycles ?? defaults.cycles,
    ...present({ model, lambda, eta, bias, batch, viewSize, scaling: scale }),
  }
}

/** The entries that are not undefined. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
