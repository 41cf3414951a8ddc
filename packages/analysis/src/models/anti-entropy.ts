import { type AntiEntropyMode, callRate } from '../epidemic/anti-entropy.ts'
import { affineRate, calledRate, callingRate, type Rate } from '../mean-field/rate.ts'
import { TransitionModel } from '../mean-field/transition-model.ts'

/**
 * Anti-entropy of one update as a population model with the states S and I, in rounds. Its classic mean field is
 * `antiEntropyRound`.
 *
 * @param peers - n ≥ 2, of which a peer calls one at random; ∞ gives the limit.
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function antiEntropyModel(mode: AntiEntropyMode, peers: number): TransitionModel {
  return new TransitionModel(['S', 'I'], [{ from: 'S', to: 'I', rate: learning(mode, peers), weights: { I: 1 } }])
}

function learning(mode: AntiEntropyMode, peers: number): Rate {
  if (mode === 'pull') return affineRate(0)
  return mode === 'push' ? calledRate(callRate(peers)) : callingRate(callRate(peers))
}
