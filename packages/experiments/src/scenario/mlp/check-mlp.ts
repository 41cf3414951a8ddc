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
  if (method.kind === 'isolated' || method.kind === 'centralised') return undefined
  if (method.kind !== 'fedavg') return `is learned by gossip, fedavg, isolated or centralised, not by ${method.kind}`
  if (method.serverEta !== undefined && method.serverEta !== 1) {
    return `begins with random weights, to which a mean is not added in part: serverEta is 1, not ${method.serverEta}`
  }
  if (method.exchange !== undefined && method.exchange.kind !== 'full') {
    return `is sent whole, not ${method.exchange.kind}`
  }
  return undefined
}

function costProblem({ learner, method }: ScenarioOptions): string | undefined {
  if (learner.model !== 'mlp') return undefined
  const { msPerRow = 0 } = learner
  if (!(msPerRow >= 0 && Number.isFinite(msPerRow))) return `costs a time ≥ 0 for each row, not ${msPerRow}`
  if (msPerRow > 0 && method?.kind === 'fedavg' && method.round === undefined) {
    return 'takes time to train, so that a round of fedavg has no default: say how long it is'
  }
  return undefined
}
