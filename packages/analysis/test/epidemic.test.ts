import { randomStream, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  antiEntropyRound,
  atomicReachProbability,
  expectedPushPullRounds,
  expectedPushRounds,
  fanoutForAtomicReach,
  finalSizeResidue,
  infectAndDieReach,
  karpTransmissions,
  leastPushRounds,
  pittelRounds,
  rumorInfective,
  rumorResidue,
  siInfective,
  Spread,
} from '../src/index.ts'
import { summarise } from './support.ts'

describe('the rumor equation (Demers et al. 1987, §1.4)', () => {
  it.each([
    [1, 0.203188],
    [2, 0.05952],
    [3, 0.019827],
    [4, 0.006977],
    [5, 0.002516],
  ])('has the residue of k = %i', (k, residue) => {
    expect(rumorResidue(k)).toBeCloseTo(residue, 6)
  })

  it('is solved: s = exp(−c(1 − s)), by the least root', () => {
    fc.assert(
      fc.property(fc.double({ min: 1.01, max: 50, noNaN: true }), (contacts) => {
        const s = finalSizeResidue(contacts)
        expect(Math.abs(s - Math.exp(-contacts * (1 - s)))).toBeLessThan(1e-13)
        // Beyond the least root, the slope c·s of the right-hand side would be above 1.
        expect(contacts * s).toBeLessThan(1)
      }),
    )
  })

  it.each([0, 0.5, 1])('leaves all untouched with %d contacts', (contacts) => {
    expect(finalSizeResidue(contacts)).toBe(1)
  })

  it('has no infectives at its start and at its end, and some between', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (k, at) => {
        const residue = rumorResidue(k)
        expect(rumorInfective(k, 1)).toBeCloseTo(0, 14)
        expect(rumorInfective(k, residue)).toBeCloseTo(0, 10)
        expect(rumorInfective(k, residue + at * (1 - residue))).toBeGreaterThan(0)
      }),
    )
  })
})

describe('anti-entropy by rounds (Demers et al. 1987, §1.3)', () => {
  it('squares the share of the ignorant by pull', () => {
    expect(antiEntropyRound('pull', 0.25, 1000)).toBe(0.0625)
  })

  it('shrinks it by push to p(1 − 1/n)^{n(1 − p)}', () => {
    expect(antiEntropyRound('push', 0.25, 1000)).toBeCloseTo(0.25 * (1 - 1 / 1000) ** 750, 12)
    // Near the end by e a round: most ignorant peers are called by Poisson(1) others.
    expect(antiEntropyRound('push', 1e-6, 1e6) / 1e-6).toBeCloseTo(Math.exp(-1), 5)
  })

  it('combines both by push–pull, which is never worse than either', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 2, max: 1e6 }), (p, n) => {
        const [push, pull, both] = (['push', 'pull', 'push-pull'] as const).map((mode) => antiEntropyRound(mode, p, n))
        expect(both).toBeCloseTo(p === 0 ? 0 : (push * pull) / p, 12)
        expect(both).toBeLessThanOrEqual(Math.min(push, pull))
      }),
    )
  })
})

describe('rounds until all know', () => {
  it('takes push log₂n + ln n + O(1) (Pittel 1987)', () => {
    expect(pittelRounds(1024)).toBeCloseTo(10 + Math.log(1024), 12)
    expect(leastPushRounds(1024)).toBe(10)
    expect(leastPushRounds(1025)).toBe(11)
  })

  it('takes push–pull log₃n rounds and ln ln n more (Karp et al. 2000)', () => {
    expect(expectedPushPullRounds(3 ** 9)).toBeCloseTo(9 + Math.log2(9 * Math.log(3)), 12)
    expect(karpTransmissions(1000)).toBeCloseTo(1000 * Math.log(Math.log(1000)), 8)
  })

  it.each([
    ['push', 300, expectedPushRounds],
    ['push', 3000, expectedPushRounds],
    ['push-pull', 300, expectedPushPullRounds],
    ['push-pull', 3000, expectedPushPullRounds],
  ] as const)('is what individuals need by %s, n = %i, within 0.3', (mode, peers, expected) => {
    const rounds = Array.from({ length: 300 }, (_, run) => {
      const spread = new Spread(mode, peers, randomStream(5, run))
      let count = 0
      for (; spread.informed < peers; count++) spread.round()
      return count
    })
    expect(Math.min(...rounds)).toBeGreaterThanOrEqual(mode === 'push' ? leastPushRounds(peers) : 1)
    expect(Math.abs(summarise(rounds).mean - expected(peers))).toBeLessThan(0.3)
  })

  it('follows the recurrence from a start that is not small', () => {
    for (const mode of ['push', 'pull', 'push-pull'] as const) {
      const spread = new Spread(mode, 20_000, randomStream(7))
      while (spread.informed < 4000) spread.round()
      const before = 1 - spread.informed / 20_000
      spread.round()
      const expected = antiEntropyRound(mode, before, 20_000)
      expect(Math.abs(1 - spread.informed / 20_000 - expected)).toBeLessThan(0.015)
    }
  })
})

describe('infect-and-die', () => {
  it('reaches π = 1 − e^{−π·fanout}', () => {
    expect(infectAndDieReach(1)).toBe(0)
    expect(infectAndDieReach(2)).toBeCloseTo(0.796812, 6)
    const reach = infectAndDieReach(3.5)
    expect(reach).toBeCloseTo(1 - Math.exp(-3.5 * reach), 12)
  })

  it('reaches all of n with probability e^{−e^{−c}} at a fanout of ln n + c', () => {
    expect(atomicReachProbability(1000, Math.log(1000))).toBeCloseTo(Math.exp(-1), 12)
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 1e6 }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (n, p) => {
        const fanout = fanoutForAtomicReach(n, p)
        fc.pre(fanout >= 0)
        expect(atomicReachProbability(n, fanout)).toBeCloseTo(p, 9)
      }),
    )
  })
})

describe('the continuous SI epidemic', () => {
  it('is logistic', () => {
    expect(siInfective(2, 0.01, 0)).toBeCloseTo(0.01, 15)
    expect(siInfective(2, 0.5, 1)).toBeCloseTo(1 / (1 + Math.exp(-2)), 14)
    expect(siInfective(2, 0, 100)).toBe(0)
    expect(siInfective(2, 0.01, 1000)).toBe(1)
  })
})

describe('a parameter outside its range', () => {
  it.each([
    () => rumorResidue(0),
    () => rumorInfective(1, 0),
    () => antiEntropyRound('push', 1.1, 10),
    () => antiEntropyRound('push', 0.5, 1),
    () => expectedPushPullRounds(2),
    () => siInfective(-1, 0.1, 1),
    () => fanoutForAtomicReach(10, 1),
    () => new Spread('push', 1, randomStream(1)),
  ])('is refused: %s', (call) => {
    expect(call).toThrow(UsageError)
    expect(call).toThrow(expect.objectContaining({ code: 'PARAMETER_INVALID' }))
  })
})
