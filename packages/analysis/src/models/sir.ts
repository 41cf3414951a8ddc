import type { SirParameters } from '../epidemic/sir.ts'
import { type Transition, TransitionModel } from '../mean-field/transition-model.ts'
import { checkParameter } from '../numeric/check.ts'

/**
 * SIR with demography in steps of `step` units of time, as a population model with the states S, I, R: I recovers with
 * probability γ·step, S is infected with β·i·step, and I and R are replaced by S with μ·step. For step → 0 its classic
 * mean field is `sirField`; its own is that of Euler's method.
 *
 * @param step - > 0, such that each probability stays in [0, 1].
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function sirModel({ beta, gamma, mu = 0 }: SirParameters, step: number): TransitionModel {
  checkParameter('step', step, { min: Number.MIN_VALUE })
  checkParameter('beta·step', beta * step, { min: 0, max: 1 })
  checkParameter('gamma·step', gamma * step, { min: 0, max: 1 })
  checkParameter('(gamma + mu)·step', (gamma + mu) * step, { min: gamma * step, max: 1 })
  const transitions: Transition[] = [
    { from: 'S', to: 'I', weights: { I: beta * step } },
    { from: 'I', to: 'R', rate: gamma * step },
    { from: 'I', to: 'S', rate: mu * step },
    { from: 'R', to: 'S', rate: mu * step },
  ]
  return new TransitionModel(['S', 'I', 'R'], transitions)
}
