import { callRate } from '../epidemic/anti-entropy.ts'
import { linearObservable, type Observable } from '../mean-field/observable.ts'
import { calledRate } from '../mean-field/rate.ts'
import { type StateWeights, type Transition, TransitionModel } from '../mean-field/transition-model.ts'
import { checkParameter } from '../numeric/check.ts'

/** What {@link createRumorMongering} takes. */
export interface RumorMongeringOptions {
  /** k, an integer ≥ 1. */
  readonly k: number
  /**
   * When a peer loses interest. `feedback-counter`: after k useless contacts in a row; `feedback-coin`: with
   * probability 1/k at each useless contact; `blind-counter`: after k contacts; `blind-coin`: with probability 1/k at
   * each contact.
   *
   * @defaultValue `'feedback-counter'`
   */
  readonly stop?: RumorStop
  /**
   * n, an integer ≥ 2: who calls one of n peers at random.
   *
   * @defaultValue ∞
   */
  readonly peers?: number
}

export type RumorStop = 'feedback-counter' | 'feedback-coin' | 'blind-counter' | 'blind-coin'

/** Every rule, in the order of the documentation. */
export const RUMOR_STOPS: readonly RumorStop[] = ['feedback-counter', 'feedback-coin', 'blind-counter', 'blind-coin']

/** The spread of one rumor by push. */
export interface RumorMongering {
  /** In steps of one cycle; states S, I1 … Ik, by contacts counted, and R. */
  readonly model: TransitionModel
  /** Share of peers that do not know the rumor: at the end, the residue. */
  readonly susceptible: Observable
  /** Share of peers that spread it, one message each in the next cycle: summed over all cycles, the traffic. */
  readonly infective: Observable
}

/**
 * Rumor mongering by push in synchronous cycles (Demers et al. 1987, §1.4): in a cycle each infective peer calls one
 * peer. Who is infective and who knows is judged at the start of the cycle; a useful contact resets the counter.
 *
 * S → I1 with 1 − e^{−κi}, i the infective share. An infective's contact is useless with probability 1 − s: Ij → Ij+1,
 * the last one to R; useful with s: Ij → I1. The coin has one infective state that is left with (1 − s)/k. Blind
 * variants put 1 for 1 − s.
 *
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function createRumorMongering(options: RumorMongeringOptions): RumorMongering {
  const { k, stop = 'feedback-counter', peers = Number.POSITIVE_INFINITY } = options
  checkParameter('k', k, { min: 1, integer: true })
  const counts = stop.endsWith('counter') ? k : 1
  const infectives = Array.from({ length: counts }, (_, j) => `I${j + 1}`)
  const all: StateWeights = Object.fromEntries(infectives.map((state) => [state, 1]))
  const model = new TransitionModel(
    ['S', ...infectives, 'R'],
    [
      { from: 'S', to: 'I1', rate: calledRate(callRate(peers)), weights: all },
      ...infectives.flatMap((state, j) => lossOfInterest(stop, k, state, infectives[j + 1] ?? 'R')),
    ],
  )
  return { model, susceptible: linearObservable(model, { S: 1 }), infective: linearObservable(model, all) }
}

/**
 * The start of all variants: one peer of n has the rumor.
 *
 * @param peers - n, an integer ≥ 2.
 */
export function rumorStart({ model }: RumorMongering, peers: number): Float64Array {
  checkParameter('peers', peers, { min: 2, integer: true })
  const start = new Float64Array(model.states.length)
  start[0] = 1 - 1 / peers
  start[1] = 1 / peers
  return start
}

function lossOfInterest(stop: RumorStop, k: number, from: string, to: string): Transition[] {
  switch (stop) {
    case 'feedback-counter': {
      const useless: Transition = { from, to, rate: 1, weights: { S: -1 } }
      return from === 'I1' ? [useless] : [useless, { from, to: 'I1', weights: { S: 1 } }]
    }
    case 'feedback-coin':
      return [{ from, to, rate: 1 / k, weights: { S: -1 / k } }]
    case 'blind-counter':
      return [{ from, to, rate: 1 }]
    case 'blind-coin':
      return [{ from, to, rate: 1 / k }]
  }
}
