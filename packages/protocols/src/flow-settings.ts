import { type FlowControl, proactive } from './flow-control.ts'
import {
  GeneralizedTokens,
  RandomizedTokens,
  SimpleTokens,
  type TokenAccountsOptions,
  TOKENS_DEFAULT,
} from './token-accounts.ts'

/** The strategies of {@link FlowControl} that come with Hearsay. */
export type FlowKind = 'proactive' | 'simple' | 'generalized' | 'randomized'

/** All of {@link FlowKind}. */
export const FLOW_KINDS: readonly FlowKind[] = ['proactive', 'simple', 'generalized', 'randomized']

/** A strategy as plain values, for files, flags and manifests. */
export interface FlowSettings extends Pick<TokenAccountsOptions, 'reserve' | 'capacity'> {
  readonly kind: FlowKind
}

/** A strategy, and how full its accounts are when a run begins. */
export interface StartedFlow extends FlowSettings, Pick<TokenAccountsOptions, 'initial'> {}

/** The settings with A and B filled in; a strategy that has no use for A gets 1, which goes with every B. */
export function completeFlow({ kind, reserve, capacity }: FlowSettings): Required<FlowSettings> {
  const full = capacity ?? Math.max(TOKENS_DEFAULT.capacity, reserve ?? 0)
  const usesReserve = kind === 'generalized' || kind === 'randomized'
  return { kind, reserve: usesReserve ? (reserve ?? Math.min(TOKENS_DEFAULT.reserve, full)) : 1, capacity: full }
}

/**
 * The flow control of a population.
 *
 * @param parts - Parts in which models travel. Default 1.
 * @throws {@link UsageError} `TOKENS` when A, B or `initial` is out of its range.
 */
export function createFlowControl(settings: StartedFlow, peers: number, parts = 1): FlowControl {
  const { initial } = settings
  const options = { ...completeFlow(settings), ...(initial !== undefined && { initial }), peers, parts }
  switch (settings.kind) {
    case 'proactive':
      return proactive
    case 'simple':
      return new SimpleTokens(options)
    case 'generalized':
      return new GeneralizedTokens(options)
    case 'randomized':
      return new RandomizedTokens(options)
  }
}
