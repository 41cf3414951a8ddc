import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadTrialData } from '../../src/trial/trial-data.ts'
import type { TrialData } from '../../src/trial/trial-settings.ts'
import { temporaryFolder } from '../results/folders.ts'

/** Forty rows of one feature, which is the row's number. */
function fileOfRows(): TrialData {
  const path = join(temporaryFolder(), 'rows.csv')
  const rows = Array.from({ length: 40 }, (_, row) => `${row},${row % 2 === 0 ? 'even' : 'odd'}`)
  writeFileSync(path, `number,class\n${rows.join('\n')}\n`)
  return { source: { kind: 'file', path, label: 'class', delimiter: 'comma', testFraction: 0.25 }, scale: 'none' }
}

const heldOut = async (data: TrialData, seed: number): Promise<number[]> => {
  const { test } = await loadTrialData(data, seed)
  return [...test.features].toSorted((a, b) => a - b)
}

describe('the rows of trials that follow each other', () => {
  test('are split by the seed of each where they are from a file, and are the same again for the same seed', async () => {
    const data = fileOfRows()
    const [one, other] = [await heldOut(data, 1), await heldOut(data, 2)]
    expect(one).toHaveLength(10)
    expect(other).not.toEqual(one)
    for (let seed = 3; seed < 9; seed++) await heldOut(data, seed)
    expect(await heldOut(data, 1)).toEqual(one)
  })

  test('are scaled as each wants them', async () => {
    const data = fileOfRows()
    const [, standardised] = [await heldOut(data, 1), await heldOut({ ...data, scale: 'standardise' }, 1)]
    expect(Math.max(...standardised)).toBeLessThan(2)
    expect(Math.max(...(await heldOut(data, 1)))).toBeGreaterThan(2)
  })

  test('are read again after they could not be', async () => {
    const data = fileOfRows()
    if (data.source.kind !== 'file') throw new Error('no file')
    const moved = { ...data, source: { ...data.source, path: `${data.source.path}.csv` } }
    await expect(loadTrialData(moved, 1)).rejects.toThrow(moved.source.path)
    writeFileSync(moved.source.path, 'number,class\n1,a\n2,b\n3,a\n4,b\n')
    expect(await heldOut(moved, 1)).toHaveLength(1)
  })
})
