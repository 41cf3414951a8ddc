import { BATCH_MAX } from '@hearsay/kernels'
import {
  type AgeRule,
  type Creation,
  LINEAR_MODELS,
  type LinearModel,
  MERGE_RULES,
  type MergeRule,
} from '@hearsay/learning'
import type { Command } from 'commander'
import { choiceFlag } from './choice-flag.ts'
import { addExchangeFlags, type ExchangeFlags } from './exchange-flags.ts'
import { numberFlag } from './number-flag.ts'

/** What peers learn, and how they combine it. */
export interface LearningFlags extends ExchangeFlags {
  readonly model: LinearModel
  readonly lambda: number
  readonly eta?: number
  readonly batch: number
  readonly bias?: boolean
  readonly merge: MergeRule
  readonly mergeWith: 'last' | 'current'
  readonly age: AgeRule
  readonly create: Creation
  readonly votes: number
}

/** Where commands differ. */
export type LearningDefaults = Pick<LearningFlags, 'merge' | 'mergeWith'>

export function addLearningFlags(command: Command, defaults: LearningDefaults): Command {
  command
    .optionsGroup('Learning:')
    .addOption(choiceFlag('--model <kind>', 'what is learned', LINEAR_MODELS).default('pegasos'))
    .addOption(numberFlag('--lambda <number>', 'regularisation λ ≥ 0', { min: 0, max: 1e6 }).default(1e-4))
    .addOption(
      numberFlag('--eta <number>', 'step size η₀ > 0; steps are η₀/age (default: 1/λ; adaline: 1e-4, constant)', {
        min: 0,
        above: true,
        max: 1e12,
      }),
    )
    .addOption(
      numberFlag('--batch <rows>', `rows a step, 1 … ${BATCH_MAX}`, { min: 1, max: BATCH_MAX, integer: true }).default(
        1,
      ),
    )
    .option('--bias', 'give models a bias, which is not regularised')
    .addOption(choiceFlag('--merge <rule>', 'how two models are averaged', MERGE_RULES).default(defaults.merge))
    .addOption(
      choiceFlag('--merge-with <model>', 'what a received model is merged with: the one received before, or the own', [
        'last',
        'current',
      ]).default(defaults.mergeWith),
    )
    .addOption(choiceFlag('--age <rule>', 'age of a merged model; sum stops learning', ['max', 'sum']).default('max'))
    .addOption(
      choiceFlag('--create <order>', 'random walk, merge then update, or update then merge', [
        'RW',
        'MU',
        'UM',
      ]).default('MU'),
    )
    .addOption(
      numberFlag('--votes <models>', 'last models of a peer that vote on a prediction, 1 … 100', {
        min: 1,
        max: 100,
        integer: true,
      }).default(1),
    )
  return addExchangeFlags(command)
}
