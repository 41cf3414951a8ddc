import { LINEAR_MODELS, type LinearLearnerOptions, mergeRuleProblem } from '@hearsay/learning'
import type { LearnerOptions, MlpLearnerOptions } from '../../scenario/mlp/mlp-learner.ts'
import type { LearnerForm } from '../form/learner-form.ts'
import { orList } from '../form/leaf.ts'
import { conflict, defined, required } from './setting-problem.ts'

const OF_MLP = ['hidden', 'epochs', 'costPerRow'] as const
const OF_LINEAR = ['lambda', 'decay', 'bias', 'regulariseBias', 'creation', 'mergeShareMax'] as const

/** What is learned, and whether with a bias. */
export function learnerOf(form: LearnerForm): { readonly learner: LearnerOptions; readonly bias: boolean } {
  const model = required(form.model, ['learner', 'model'], orList([...LINEAR_MODELS, 'mlp']))
  for (const key of model === 'mlp' ? OF_LINEAR : OF_MLP) {
    if (form[key] !== undefined) conflict(['learner', key], `learner.${key} is not of ${model}: leave it out`)
  }
  if (form.regulariseBias === true && form.bias !== true) {
    conflict(
      ['learner', 'regulariseBias'],
      'there is no bias to be regularised: set learner.bias: true, or leave it out',
    )
  }
  const learner = model === 'mlp' ? mlpOf(form) : linearOf(model, form)
  const { merge, mergeGap } = learner
  if (merge === 'limited' && mergeGap === undefined) {
    conflict(['learner', 'merge'], 'the limited merge needs learner.mergeGap: the largest gap of ages, in rows')
  }
  const problem = mergeRuleProblem(learner)
  if (problem !== undefined) {
    const key = learner.ageRule === 'sum' && merge === 'limited' ? 'ageRule' : 'mergeGap'
    conflict(['learner', key], problem)
  }
  return { learner, bias: form.bias ?? false }
}

function linearOf(model: LinearLearnerOptions['model'], form: LearnerForm): LinearLearnerOptions {
  const { bias: _, hidden: __, epochs: ___, costPerRow: ____, ...options } = form
  const learner: LinearLearnerOptions = { ...defined(options), model }
  if (learner.lambda === 0 && learner.eta === undefined && model !== 'adaline') {
    conflict(['learner', 'lambda'], 'the step size follows from λ unless it is given: with lambda: 0, set learner.eta')
  }
  return learner
}

function mlpOf(form: LearnerForm): MlpLearnerOptions {
  const { eta, epochs, batch, rowsPerUpdate, merge, mergeGap, ageRule, costPerRow } = form
  const hidden = required(form.hidden, ['learner', 'hidden'], 'the units of its hidden layer, such as 32')
  const msPerRow = costPerRow && 'ms' in costPerRow ? costPerRow.ms : undefined
  const options = { eta, epochs, batch, rowsPerUpdate, merge, mergeGap, ageRule, msPerRow }
  return { model: 'mlp', hidden, ...defined(options) }
}
