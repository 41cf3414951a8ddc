import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Located, type LocatedMap, toPlain, valueAt } from '../../src/file/yaml/located.ts'
import { mergeSettings, SETTING_GROUPS } from '../../src/file/yaml/merge-settings.ts'

type Plain = Readonly<Record<string, unknown>>

/** A value as if it had been read, each part at a place of its own. */
function located(value: unknown, next: { start: number } = { start: 0 }): Located {
  const start = next.start++
  if (Array.isArray(value)) return { kind: 'list', start, items: value.map((item) => located(item, next)) }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, entry]) => {
      const at = next.start++
      return [key, { key: at, value: located(entry, next) }] as const
    })
    return { kind: 'map', start, entries: new Map(entries) }
  }
  return { kind: 'scalar', start, value: value as number }
}

const merged = (...parts: readonly Plain[]): unknown =>
  toPlain(mergeSettings(parts.map((part) => located(part) as LocatedMap)))

const inner = fc.oneof(fc.nat(9), fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(9)))
const setting = fc.dictionary(fc.constantFrom('learner', 'network', 'overlay', 'churn', 'peers'), inner)

describe('merged settings', () => {
  it('take groups key by key, and all else as a whole', () => {
    const common = { learner: { model: 'logistic', eta: 1 }, overlay: { kind: 'static', degree: 20 }, peers: 5 }
    const different = { learner: { eta: 2 }, overlay: { kind: 'newscast' } }
    expect(merged(common, different)).toEqual({
      learner: { model: 'logistic', eta: 2 },
      overlay: { kind: 'newscast' },
      peers: 5,
    })
  })

  it('are as if keys were looked up from the last part to the first', () => {
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 4 }), (parts) => {
        const expected: Record<string, unknown> = {}
        for (const part of parts) {
          for (const [key, value] of Object.entries(part)) {
            const before = expected[key]
            const deep = SETTING_GROUPS.includes(key) && typeof before === 'object' && typeof value === 'object'
            expected[key] = deep ? { ...before, ...value } : value
          }
        }
        expect(merged(...parts)).toEqual(expected)
      }),
    )
  })

  it('keep the places of values', () => {
    const over = located({ learner: { eta: 2 } }, { start: 1000 }) as LocatedMap
    const result = mergeSettings([located({ learner: { model: 'softmax', eta: 1 } }) as LocatedMap, over])
    expect(valueAt(result, ['learner', 'eta'])?.start).toBeGreaterThanOrEqual(1000)
    expect(valueAt(result, ['learner', 'model'])?.start).toBeLessThan(1000)
  })
})
