import type { Exchange, WeightEncoding } from '../exchange/exchange-settings.ts'
import type { FlowKind } from '../flow-settings.ts'

/**
 * What gossip learning does so that some peers' rows do not count more than others', where peers differ in degree or speed
 * and their rows do too (Giaretta and Girdzijauskas, "Gossip learning: off the beaten path", 2019). See
 * `docs/protocols/bias.md` for what each of them makes even.
 *
 * - `pass-through` (ibid.): a model that comes from a peer of lower degree is merged and trained with the probability
 *   d(sender)/d(self) alone, and otherwise takes the place of the current one as it is. Hubs become bridges.
 * - `neighbour-cache` (ibid.): the last model of each neighbour is kept; once in its own period a peer merges one of those
 *   that it has not used, drawn at random, and trains. Fast peers get no more say by sending more.
 * - `metropolis`: such a cache, from which nothing is taken out. Once in its own period a peer draws a neighbour, merges its
 *   last model with the probability min(1, d(self)/d(neighbour)), and trains, whether it has merged or not.
 */
export type Correction = 'pass-through' | 'neighbour-cache' | 'metropolis'

/** All of {@link Correction}. */
export const CORRECTIONS: readonly Correction[] = ['pass-through', 'neighbour-cache', 'metropolis']

/** What a correction has to agree with. */
export interface CorrectionCompany {
  /** @defaultValue whole models */
  readonly exchange?: Exchange | undefined
  /** @defaultValue 'float32' */
  readonly weights?: WeightEncoding | undefined
  /** @defaultValue 'current' */
  readonly mergeWith?: 'last' | 'current' | undefined
  /** @defaultValue 'proactive' */
  readonly flow?: FlowKind | undefined
}

/** Why a correction makes no sense in this company; `undefined` where it does. */
export function correctionProblem(correction: Correction, company: CorrectionCompany): string | undefined {
  const { exchange, weights = 'float32', mergeWith = 'current', flow = 'proactive' } = company
  if ((exchange !== undefined && exchange.kind !== 'full') || weights !== 'float32') {
    return `${correction} needs whole models of float32 weights`
  }
  if (correction === 'pass-through') return undefined
  if (mergeWith === 'last') return `${correction} merges with the current model, not with the last received one`
  if (flow !== 'proactive')
    return `${correction} trains and sends once a period, and reacts to nothing: it needs a proactive flow`
  return undefined
}
