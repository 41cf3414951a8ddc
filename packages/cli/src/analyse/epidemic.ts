import {
  type AntiEntropyMode,
  antiEntropyRound,
  Ensemble,
  expectedPushPullRounds,
  expectedPushRounds,
  karpTransmissions,
  leastPushRounds,
  pittelRounds,
  Spread,
} from '@hearsay/analysis'
import { randomStream } from '@hearsay/core'
import type { EpidemicFlags } from './analyse-flags.ts'
import { formatCount } from '../output/format.ts'
import type { Analysis, Fact } from './analysis.ts'
import { sirAnalysis } from './sir.ts'

/** `hearsay analyse epidemic`: anti-entropy by rounds, or SIR in continuous time. */
export function epidemicAnalysis(flags: EpidemicFlags): Analysis {
  const { model, peers, cycles, seed } = flags
  if (model === 'sir') return sirAnalysis(flags)
  const susceptible = new Ensemble(cycles + 1)
  const rounds = new Ensemble(1)
  return {
    name: 'epidemic',
    title: `Anti-entropy by ${model}, ${formatCount(peers)} peers`,
    subtitle: 'Each calls one other a round; simulated: individual peers',
    parameters: { model, peers },
    time: { unit: 'round', steps: cycles, stride: 1 },
    quantities: [
      {
        name: 'susceptible',
        label: 'peers that do not know (share)',
        theories: [{ name: 'recurrence', label: 'recurrence', values: recurrence(model, peers, cycles) }],
        simulated: susceptible,
      },
    ],
    logarithmic: false,
    simulate: () => {
      const spread = new Spread(model, peers, randomStream(seed, rounds.runs))
      const shares = new Float64Array(cycles + 1)
      shares[0] = 1 - spread.informed / peers
      let round = 0
      while (round < cycles || spread.informed < peers) {
        if (spread.informed < peers) {
          spread.round()
          if (spread.informed === peers) rounds.add([round + 1])
        }
        round++
        if (round <= cycles) shares[round] = 1 - spread.informed / peers
      }
      susceptible.add(shares)
    },
    facts: () => [...predictions(model, peers), simulatedRounds(rounds)],
  }
}

function recurrence(mode: AntiEntropyMode, peers: number, cycles: number): number[] {
  const values = [1 - 1 / peers]
  for (let cycle = 1; cycle <= cycles; cycle++) values.push(antiEntropyRound(mode, values[cycle - 1], peers))
  return values
}

function predictions(mode: AntiEntropyMode, peers: number): Fact[] {
  if (mode === 'push') {
    return [
      { name: 'roundsLeast', label: 'rounds, at least: ⌈log₂ n⌉', value: leastPushRounds(peers) },
      { name: 'roundsPittel', label: 'rounds by Pittel 1987: log₂ n + ln n', value: pittelRounds(peers) },
      { name: 'roundsExpected', label: 'rounds expected: log₂ n + ln n + 1.1', value: expectedPushRounds(peers) },
    ]
  }
  if (mode === 'pull') return []
  return [
    { name: 'roundsExpected', label: 'rounds expected: log₃ n + log₂ ln n', value: expectedPushPullRounds(peers) },
    {
      name: 'transmissionsKarp',
      label: 'transmissions, order of, by Karp et al. 2000: n ln ln n',
      value: karpTransmissions(peers),
    },
  ]
}

function simulatedRounds(rounds: Ensemble): Fact {
  return {
    name: 'roundsSimulated',
    label: 'rounds until all know, simulated',
    value: rounds.mean(0),
    standardError: rounds.standardError(0),
  }
}
