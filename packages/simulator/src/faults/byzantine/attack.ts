/**
 * What a Byzantine peer of gossip learning does. It runs the honest protocol, and changes each model as it is sent.
 *
 * - `sign-flip`: w becomes −w.
 * - `scale`: w becomes factor · w.
 * - `noise`: to each weight is added N(0, sd²), from the attacker's own stream.
 * - `label-flip`: class c of its rows becomes classes − 1 − c; see {@link flipLabels}. What it sends is what it has learned.
 * - `age-lie`: the model is as it is, its age is said to be `age`.
 * - `alie`: "a little is enough" (Baruch, Baruch, Goldberg 2019): each weight is μ − z·σ, within what honest peers scatter.
 * - `inner-product`: inner-product manipulation (Xie, Koyejo, Gupta 2020): each weight is −ε·μ.
 *
 * μ and σ are mean and standard deviation, weight by weight, over the last models that the attacker itself has received: in the
 * papers attackers know what all honest ones send in a round, in gossip learning there are no rounds, and nobody sees it
 * all. Until it has received two models it sends its own.
 */
export type Attack =
  | { readonly kind: 'sign-flip' }
  /** `factor`: finite; −10 where nothing is said. */
  | { readonly kind: 'scale'; readonly factor?: number }
  /** `sd` > 0; 1 where nothing is said. */
  | { readonly kind: 'noise'; readonly sd?: number }
  | { readonly kind: 'label-flip' }
  /** `age`: a safe integer ≥ 0; the largest where nothing is said. */
  | { readonly kind: 'age-lie'; readonly age?: number }
  /** `z` ≥ 0: standard deviations; 1.5 where nothing is said. */
  | { readonly kind: 'alie'; readonly z?: number }
  /** `epsilon` > 0; 0.5 where nothing is said. */
  | { readonly kind: 'inner-product'; readonly epsilon?: number }

/** All kinds of {@link Attack}. */
export const ATTACK_KINDS: readonly Attack['kind'][] = [
  'sign-flip',
  'scale',
  'noise',
  'label-flip',
  'age-lie',
  'alie',
  'inner-product',
]
