import type { Results } from '../results/results.ts'
import { bySetting, type Group, groupsOf, type Setting } from './groups.ts'
import { type Interval, meanInterval } from './statistics/interval.ts'
import { holm, pairedTTest, signedRankTest, type Significance } from './statistics/significance.ts'

/** Two contestants in one setting, held against each other seed by seed. */
export interface PairedTest {
  readonly setting: Setting
  readonly contestants: readonly [first: string, second: string]
  /** Those that both ran. */
  readonly seeds: readonly number[]
  /** First minus second, of the final values. */
  readonly difference: Interval
  /** Absent with fewer than two seeds in common. */
  readonly tests?: { readonly t: CorrectedTest; readonly signedRank: CorrectedTest } | undefined
  /** Why there are no tests. */
  readonly reason?: string | undefined
}

/** With Holm's correction over all pairs of the setting. */
export interface CorrectedTest extends Significance {
  readonly corrected: number
}

/** All pairs of contestants, paired by seed: a seed gives all contestants the same shards and, in a simulation, the same overlay and churn. */
export function pairedTests(results: Results): PairedTest[] {
  return bySetting(groupsOf(results)).flatMap((groups) => correct(pairsOf(groups).map(([a, b]) => compare(a, b))))
}

interface RawTest extends Omit<PairedTest, 'tests'> {
  readonly raw?: { readonly t: Significance; readonly signedRank: Significance } | undefined
}

function pairsOf(groups: readonly Group[]): [Group, Group][] {
  return groups.flatMap((a, i) => groups.slice(i + 1).map((b): [Group, Group] => [a, b]))
}

function compare(a: Group, b: Group): RawTest {
  const others = new Map(b.cells.map((cell) => [cell.seed, cell]))
  const seeds: number[] = []
  const differences: number[] = []
  for (const { seed, result } of a.cells) {
    const other = others.get(seed)
    if (other === undefined) continue
    seeds.push(seed)
    differences.push(result.series[result.series.length - 1].mean - other.result.series.at(-1)!.mean)
  }
  const pair = {
    setting: a.setting,
    contestants: [a.contestant, b.contestant] as const,
    seeds,
    difference: meanInterval(differences),
  }
  if (seeds.length < 2) return { ...pair, reason: `needs two seeds that both ran: there is ${seeds.length || 'none'}` }
  if (differences.some(Number.isNaN)) return { ...pair, reason: 'a run has no final value' }
  return { ...pair, raw: { t: pairedTTest(differences), signedRank: signedRankTest(differences) } }
}

function correct(pairs: readonly RawTest[]): PairedTest[] {
  const tested = pairs.flatMap(({ raw }) => (raw === undefined ? [] : [raw]))
  const t = holm(tested.map((raw) => raw.t.p))
  const signedRank = holm(tested.map((raw) => raw.signedRank.p))
  return pairs.map(({ raw, ...pair }) => {
    if (raw === undefined) return pair
    const at = tested.indexOf(raw)
    const tests = {
      t: { ...raw.t, corrected: t[at] },
      signedRank: { ...raw.signedRank, corrected: signedRank[at] },
    }
    return { ...pair, tests }
  })
}
