import { LINEAR_MODELS, type LinearLearnerOptions, mergeRuleProblem } from '@hearsay/learning'
import type { LearnerForm } from '../form/learner-form.ts'
import { orList } from '../form/leaf.ts'
import { conflict, defined, required } from './setting-problem.ts'

/** What is learned, and whether with a bias. */
export function learnerOf(form: LearnerForm): { readonly learner: LinearLearnerOptions; readonly bias: boolean } {
  const { bias = false, model, ...options } = form
  const learner: LinearLearnerOptions = {
    model: required(model, ['learner', 'model'], orList(LINEAR_MODELS)),
    ...defined(options),
  }
  const { lambda, eta, merge, mergeGap } = learner
  if (lambda === 0 && eta === undefined && learner.model !== 'adaline') {
    conflict(['learner', 'lambda'], 'the step size follows from λ unless it is given: with lambda: 0, set learner.eta')
  }
  if (merge === 'limited' && mergeGap === undefined) {
    conflict(['learner', 'merge'], 'the limited merge needs learner.mergeGap: the largest gap of ages, in rows')
  }
  const problem = mergeRuleProblem(learner)
  if (problem !== undefined) {
    const key = learner.ageRule === 'sum' && merge === 'limited' ? 'ageRule' : 'mergeGap'
    conflict(['learner', key], problem)
  }
  return { learner, bias }
}
