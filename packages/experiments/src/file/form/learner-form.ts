import { BATCH_MAX } from '@hearsay/kernels'
import { LINEAR_MODELS, type LinearLearnerOptions, MERGE_RULES } from '@hearsay/learning'
import type { z } from 'zod'
import type { MlpLearnerOptions } from '../../scenario/mlp/mlp-learner.ts'
import type { Duration } from '../units/duration.ts'
import { choice, converted, either, flag, list, map, number, time } from './leaf.ts'

type Loose<Options> = { readonly [Key in keyof Options]?: Options[Key] | undefined }

/** What is learned, and how models are combined. */
export interface LearnerForm extends Omit<Loose<LinearLearnerOptions>, 'model'> {
  readonly model?: LinearLearnerOptions['model'] | MlpLearnerOptions['model'] | undefined
  readonly hidden?: readonly number[] | undefined
  readonly epochs?: number | undefined
  readonly costPerRow?: Duration | undefined
  readonly bias?: boolean | undefined
}

const UNITS = { min: 1, max: 65_536, integer: true }
const ROWS = { min: 1, integer: true }

/** The group of settings `learner`. */
export const learnerForm: z.ZodType<LearnerForm> = map('What is learned, and how models are combined.', {
  model: choice(
    'The model: pegasos (hinge loss), logistic, adaline, each one-vs-all, softmax; or mlp, a multilayer perceptron.',
    [...LINEAR_MODELS, 'mlp'],
  ).optional(),
  lambda: number('Regularisation λ. Default: 1e-4.', { min: 0, max: 1e6 }).optional(),
  eta: number('Step size η₀. Default: 1/λ; 1e-4 for adaline. Of mlp, the step size of Adam. Default: 0.01.', {
    min: 0,
    above: true,
    max: 1e12,
  }).optional(),
  decay: flag('Whether η = η₀/age (true) or η = η₀ (false). Default: true; false for adaline.').optional(),
  batch: number('Rows whose gradients make one step. Default: 1; 32 for mlp.', {
    min: 1,
    max: BATCH_MAX,
    integer: true,
  }).optional(),
  rowsPerUpdate: number('The most rows that one update trains on, in turns. Default: all of a shard.', ROWS).optional(),
  hidden: either(
    'mlp: the units of its hidden layers.',
    converted(number('The units of one hidden layer.', UNITS), (units): readonly number[] => [units]),
    list('The units of each hidden layer, from the first.', number('Units.', UNITS)),
  ).optional(),
  epochs: number('mlp: passes over the rows in an update. Default: 1.', { min: 1, integer: true }).optional(),
  costPerRow: time(
    'mlp: virtual time that training takes for each row, each as often as it is trained on; where learning is centralised, none. Default: none.',
  ).optional(),
  bias: flag('Whether models have a bias. Default: false.').optional(),
  regulariseBias: flag('Whether the bias is regularised like the other weights. Default: false.').optional(),
  creation: choice('Gossip: RW (random walk), MU (merge, update) or UM (update, merge). Default: MU.', [
    'RW',
    'MU',
    'UM',
  ]).optional(),
  merge: choice('Gossip: how two models are averaged. Default: age-weighted.', MERGE_RULES).optional(),
  mergeGap: number('With `merge: limited`: ages further apart, in rows, are not averaged.', { min: 0 }).optional(),
  mergeShareMax: number('The largest share of a received model in a merge. Default: 1.', {
    min: 0,
    above: true,
    max: 1,
  }).optional(),
  ageRule: choice('The age of a merged model. sum freezes learning. Default: max.', ['max', 'sum']).optional(),
})
