import { describe, expect, test } from 'vitest'
import { formatMean } from '../../src/report/format.ts'
import { renderReport } from '../../src/report/html/render-report.ts'
import { milestones } from '../../src/report/milestones.ts'
import { syntheticResults } from './synthetic-results.ts'

describe('curves in numbers', () => {
  test('are means over seeds at each cycle, where few were measured', () => {
    const results = syntheticResults({ contestants: ['gossip', 'federated'], seeds: 3, measureAt: [1, 20, 300] })
    const [{ cycles, rows }, ...others] = milestones(results)
    expect(others).toEqual([])
    expect(cycles).toEqual([1, 20, 300])
    expect(rows.map(({ contestant }) => contestant)).toEqual(['gossip', 'federated'])
    const means = results.cells.flatMap(({ contestant, result }) =>
      contestant === 'federated' ? result.series[1].mean : [],
    )
    expect(rows[1].values[1]).toMatchObject({ count: 3 })
    expect(rows[1].values[1].mean).toBeCloseTo((means[0] + means[1] + means[2]) / 3, 12)
  })

  test('are at about two cycles a decade and the last, where many were', () => {
    const measureAt = Array.from({ length: 500 }, (_, index) => index + 1)
    expect(milestones(syntheticResults({ measureAt }))[0].cycles).toEqual([1, 3, 10, 30, 100, 300, 500])
    const sparse = [2, 4, 8, 16, 33, 64, 128, 256, 512]
    expect(milestones(syntheticResults({ measureAt: sparse }))[0].cycles).toEqual([2, 4, 8, 33, 128, 256, 512])
  })

  test('are at cycles that all runs of a setting were measured after', () => {
    const axes = { churn: ['none', 'phones'] }
    const results = syntheticResults({ axes, measureAt: [1, 10, 100], seeds: 2 })
    const [first, ...rest] = results.cells
    const early = { ...first, result: { ...first.result, series: first.result.series.slice(0, 2) } }
    const all = milestones({ ...results, cells: [early, ...rest] })
    expect(all.map(({ cycles }) => cycles)).toEqual([
      [1, 10],
      [1, 10, 100],
    ])
    expect(all.map(({ setting }) => setting.label)).toEqual(['churn: none', 'churn: phones'])
  })

  test('stand in the report', async () => {
    const results = syntheticResults({ measureAt: [7, 77], seeds: 2 })
    const page = await renderReport(results)
    expect(page).toContain('By cycle: mean over seeds')
    for (const { values } of milestones(results)[0].rows) {
      for (const value of values) expect(page).toContain(`<td>${formatMean(value)}</td>`)
    }
  })
})
