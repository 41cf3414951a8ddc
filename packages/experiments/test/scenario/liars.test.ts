import type { Attack, FaultPlan } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'
import type { Method } from '../../src/scenario/method.ts'
import { runOf } from './support.ts'

const lying = (attack: Attack): FaultPlan => ({ byzantine: { share: 0.3, attack } })

function errorsOf(method: Method, faults: FaultPlan): number {
  return runOf({ method }, 40, { faults }).sampleError().mean
}

describe('peers that lie', () => {
  test.each<[Method['kind'], Attack, number]>([
    ['gossip', { kind: 'scale', factor: -10 }, 0.1],
    ['gossip', { kind: 'label-flip' }, 0.02],
    ['fedavg', { kind: 'scale', factor: -10 }, 0.1],
    ['fedavg', { kind: 'label-flip' }, 0.01],
    ['centralised', { kind: 'label-flip' }, 0.01],
    ['isolated', { kind: 'label-flip' }, 0.15],
  ])('harm %s learning by %o', (kind, attack, harm) => {
    const method = { kind } as Method
    expect(errorsOf(method, lying(attack))).toBeGreaterThan(errorsOf(method, {}) + harm)
  })

  test('change nothing where nothing is sent', () => {
    for (const method of [{ kind: 'isolated' }, { kind: 'centralised' }] as const) {
      expect(errorsOf(method, lying({ kind: 'sign-flip' }))).toBe(errorsOf(method, {}))
    }
  })

  test.each<[Method, Attack['kind'], string]>([
    [{ kind: 'fedavg' }, 'age-lie', 'is one on gossip learning'],
    [{ kind: 'fedavg' }, 'alie', 'is one on gossip learning'],
    [{ kind: 'fedavg', weights: 'int8' }, 'sign-flip', 'messages carry int8'],
  ])('%o cannot be under the attack %s', (method, kind, problem) => {
    expect(() => runOf({ method }, 1, { faults: lying({ kind } as Attack) })).toThrow(problem)
  })

  test('rewrite float32 weights only, in gossip learning too', () => {
    const faults = lying({ kind: 'noise' })
    expect(() => runOf({ weights: 'float16' }, 1, { faults })).toThrow('messages carry float16')
    expect(() => runOf({ weights: 'float16' }, 1, { faults: lying({ kind: 'age-lie' }) })).not.toThrow()
  })
})

describe('a plan of faults', () => {
  test('changes nothing where it is empty', () => {
    const [none, empty] = [undefined, {}].map((faults) => runOf({}, 20, { faults }).simulation.traceHash)
    expect(empty).toBe(none)
  })

  test('comes on top of what options say', () => {
    const counters = runOf({ loss: 0.1 }, 40, { faults: { loss: 0.3 } }).simulation.counters
    expect(counters.lost / counters.sent).toBeGreaterThan(0.33)
    expect(counters.lost / counters.sent).toBeLessThan(0.41)
  })
})
