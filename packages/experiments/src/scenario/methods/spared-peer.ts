import type { ScenarioOptions } from '../scenario-options.ts'
import { CENTRE } from './baselines.ts'

/** The peer that churn, faults and address translators spare, where there is one: see `serverOnline`. */
export function sparedPeer({ method = { kind: 'gossip' } }: ScenarioOptions): number | undefined {
  if (method.kind === 'gossip' || method.kind === 'isolated') return undefined
  if (method.kind === 'centralised') return CENTRE
  return method.serverOnline === false ? undefined : (method.server ?? 0)
}
