import { ConfigurationError } from '@hearsay/core'
import { type Creation, type MergeRuleOptions, mergeRuleProblem } from '@hearsay/learning'
import { type Exchange, exchangeProblem } from '@hearsay/protocols'

/** What an exchange and a merge have to agree with. */
export interface ExchangeChoice extends MergeRuleOptions {
  readonly exchange?: Exchange | undefined
  readonly mergeWith?: 'last' | 'current' | undefined
  readonly creation?: Creation | undefined
  /** Weights of the model, where they are known. */
  readonly parameters?: number
}

/** @throws {@link ConfigurationError} `EXCHANGE`, `MERGE_RULE` where choices cannot go together. */
export function checkExchange({ exchange, mergeWith, creation, parameters, ...rule }: ExchangeChoice): void {
  const mergeProblem = mergeRuleProblem(rule)
  if (mergeProblem !== undefined)
    throw new ConfigurationError('MERGE_RULE', `${mergeProblem}: see --merge, --merge-gap`)
  const problem = exchange && exchangeProblem(exchange, { mergeWith, creation, parameters })
  if (problem !== undefined) throw new ConfigurationError('EXCHANGE', `${problem}: see --exchange`)
}
