import { ConfigurationError } from '@hearsay/core'
import { mergeRuleProblem } from '@hearsay/learning'
import type { ScenarioOptions } from '../scenario-options.ts'

/** @throws {@link ConfigurationError} `MLP`, `MERGE_RULE` where options are not for models that TensorFlow.js trains. */
export function checkMlp(options: ScenarioOptions): void {
  const { learner } = options
  if (learner.model !== 'mlp') return
  const rule = mergeRuleProblem(learner)
  if (rule !== undefined) throw new ConfigurationError('MERGE_RULE', rule)
  const problem = learningProblem(options) ?? costProblem(options)
  if (problem !== undefined) throw new ConfigurationError('MLP', `a multilayer perceptron ${problem}`)
}

function learningProblem(options: ScenarioOptions): string | undefined {
  const { method = { kind: 'gossip' }, guard, votes, exchange, correction, mergeWith } = options
  if (guard) return 'has no guard: nobody knows how large its weights may be'
  if (method.kind === 'gossip') {
    if (votes !== 1) return `is measured by one model of each peer, not by ${votes}`
    if (exchange !== undefined && exchange.kind !== 'full') return `is sent whole, not ${exchange.kind}`
    if (correction !== undefined) return `is learned without a correction, not with ${correction}`
    return mergeWith === 'current' ? undefined : 'is merged with the current model, not with the last received one'
  }
  if (method.kind !== 'fedsgd') return undefined
  return 'is not learned by fedsgd, whose server takes the steps: its own are of the optimiser of each client'
}

function costProblem({ learner, method }: ScenarioOptions): string | undefined {
  if (learner.model !== 'mlp') return undefined
  const { msPerRow = 0 } = learner
  if (!(msPerRow >= 0 && Number.isFinite(msPerRow))) return `costs a time ≥ 0 for each row, not ${msPerRow}`
  if (msPerRow === 0 || method === undefined) return undefined
  if (method.kind === 'gossip' || method.kind === 'isolated' || method.kind === 'centralised') return undefined
  if (method.round !== undefined) return undefined
  return `takes time to train, so that a round of ${method.kind} has no default: say how long it is`
}
