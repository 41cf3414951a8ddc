import { exponential } from '@hearsay/kernels'
import { linearObservable, type Observable } from '../mean-field/observable.ts'
import { TransitionModel } from '../mean-field/transition-model.ts'
import { checkParameter } from '../numeric/check.ts'
import { shuffleProbabilities, type ShuffleSizes } from './shuffle-probabilities.ts'

/** What {@link createShuffle} takes: published runs have n = 500, c = 100, s = 50, Gmax = 3. */
export interface ShuffleOptions {
  /** @defaultValue 500 items, caches of 100, exchanges of 50 */
  readonly sizes?: ShuffleSizes
  /**
   * Gmax, an integer ≥ 1: each peer starts an exchange once in Gmax + 1 slots.
   *
   * @defaultValue 3
   */
  readonly gmax?: number
}

/** The spread of one item by gossip shuffle. */
export interface Shuffle {
  /** In steps of one slot. */
  readonly model: TransitionModel
  /** Share of peers that hold the item. */
  readonly replication: Observable
  /** Share of peers that hold it or have ever held it. */
  readonly coverage: Observable
}

/**
 * The six-state model of gossip shuffle (Gast, Latella, Massink 2020, §6, after Bakhshi et al. 2011): an item is spread
 * by peers that each start an exchange once every Gmax + 1 slots. States: I never had the item; D has it; O had and
 * lost it; FD got it by an exchange that moved it, for the first time; LD the same, but not for the first time; PD its
 * permanent holder.
 *
 * An exchange happens when one of the two is active, the other passive and no third peer interferes: for a given pair
 * of shares with probability a = 2·Gmax/(Gmax + 1)²·e^{−2/(Gmax + 1)}. The others hold the item with probability have =
 * D + PD.
 *
 * @throws {@link UsageError} `PARAMETER_INVALID`.
 */
export function createShuffle(options: ShuffleOptions = {}): Shuffle {
  const { sizes = { items: 500, cache: 100, exchange: 50 }, gmax = 3 } = options
  checkParameter('gmax', gmax, { min: 1, integer: true })
  const { copy, move, drop } = shuffleProbabilities(sizes)
  const a = ((2 * gmax) / ((gmax + 1) * (gmax + 1))) * exponential(-2 / (gmax + 1))
  const have = (probability: number) => ({ D: a * probability, PD: a * probability })
  const lack = (probability: number) => ({
    O: a * probability,
    I: a * probability,
    FD: a * probability,
    LD: a * probability,
  })
  const model = new TransitionModel(
    ['O', 'D', 'I', 'FD', 'PD', 'LD'],
    [
      { from: 'I', to: 'D', weights: have(copy) },
      { from: 'I', to: 'FD', weights: have(move) },
      { from: 'O', to: 'D', weights: have(copy) },
      { from: 'O', to: 'LD', weights: have(move) },
      { from: 'FD', to: 'D', weights: have(copy) },
      { from: 'FD', to: 'O', weights: lack(move) },
      { from: 'LD', to: 'D', weights: have(copy) },
      { from: 'LD', to: 'O', weights: lack(move) },
      { from: 'D', to: 'O', weights: have(drop) },
    ],
  )
  return {
    model,
    replication: linearObservable(model, { D: 1, PD: 1 }),
    coverage: linearObservable(model, { I: -1 }, 1),
  }
}

/**
 * The published start: one peer of N holds the item, for good.
 *
 * @param peers - N, an integer ≥ 1.
 */
export function shuffleStart(peers: number): Float64Array {
  checkParameter('peers', peers, { min: 1, integer: true })
  return Float64Array.of(0, 0, 1 - 1 / peers, 0, 1 / peers, 0)
}
