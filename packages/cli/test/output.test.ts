import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBytes, formatCount, formatDuration, formatPercent, formatRate, formatSi } from '../src/output/format.ts'
import { LiveRegion } from '../src/output/live-region.ts'
import { LiveTable } from '../src/output/live-table.ts'
import { type Column, formatRow, formatTable, formatTitles, truncate } from '../src/output/table.ts'
import { RecordingStream } from './harness.ts'

const CLEAR = '\u001b[0J'

describe('numbers', () => {
  it.each([
    [formatCount(1234567), '1,234,567'],
    [formatPercent(0.0744), '7.4 %'],
    [formatSi(0), '0'],
    [formatSi(12), '12'],
    [formatSi(0.5), '0.50'],
    [formatSi(999), '999'],
    [formatSi(999.6), '1.00 k'],
    [formatSi(3_210_000), '3.21 M'],
    [formatSi(-45_600), '-45.6 k'],
    [formatRate(852_000, 'updates'), '852 k updates/s'],
    [formatBytes(300), '300 B'],
    [formatBytes(1_500_000), '1.50 MB'],
    [formatDuration(0.314), '0.31 s'],
    [formatDuration(9.999), '10 s'],
    [formatDuration(187), '3:07 min'],
    [formatDuration(7500), '2:05:00 h'],
  ])('%s', (formatted, expected) => {
    expect(formatted).toBe(expected)
  })

  it('keep their magnitude within half a per cent', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e17, noNaN: true }), (value) => {
        const [digits, prefix = ''] = formatSi(value).split(' ')
        const shown = Number(digits) * 1000 ** ['', 'k', 'M', 'G', 'T', 'P'].indexOf(prefix)
        expect(Math.abs(shown - value) / value).toBeLessThanOrEqual(0.0051)
      }),
    )
  })
})

interface Peer {
  readonly name: string
  readonly models: number
}

const COLUMNS: readonly Column<Peer>[] = [
  { title: 'peer', align: 'left', cell: ({ name }) => name },
  { title: 'models', width: 8, cell: ({ models }) => String(models) },
]

describe('a table', () => {
  it('is as wide as its cells', () => {
    const rows = [
      { name: 'a', models: 1 },
      { name: 'longer', models: 1234567890 },
    ]
    expect(formatTable(COLUMNS, rows)).toEqual(['peer        models', 'a                1', 'longer  1234567890'])
  })

  it('keeps its columns when rows are printed one by one', () => {
    expect(formatTitles(COLUMNS)).toBe('peer    models')
    expect(formatRow(COLUMNS, { name: 'a', models: 1 })).toBe('a            1')
  })

  it('is cut to a width', () => {
    expect(truncate('abcdef', 6)).toBe('abcdef')
    expect(truncate('abcdef', 4)).toBe('abc…')
  })
})

describe('a live region', () => {
  it('erases exactly the lines that it drew', () => {
    const terminal = new RecordingStream(true)
    const region = new LiveRegion(terminal)
    region.draw(['one', 'two'])
    region.draw(['three'])
    expect(terminal.text).toBe(`one\ntwo\n\u001b[2A\u001b[1G${CLEAR}three\n`)
  })

  it('cuts lines to the terminal: a line that wraps would be two to erase', () => {
    const terminal = new RecordingStream(true)
    terminal.columns = 10
    terminal.rows = 3
    new LiveRegion(terminal).draw(['x'.repeat(50), 'second', 'third'])
    expect(terminal.text).toBe(`${'x'.repeat(8)}…\nsecond\n`)
  })

  it('draws nothing in a pipe', () => {
    const pipe = new RecordingStream(false)
    const region = new LiveRegion(pipe)
    region.draw(['one'])
    region.clear()
    expect(pipe.text).toBe('')
  })
})

describe('a live table', () => {
  function setUp(isTTY: boolean): { stream: RecordingStream; table: LiveTable<Peer>; clock: { ms: number } } {
    const stream = new RecordingStream(isTTY)
    const clock = { ms: 0 }
    const plain = (rows: readonly Peer[], footer: string): string => `${rows.length} peers, ${footer}`
    return { stream, clock, table: new LiveTable(stream, { columns: COLUMNS, plain, now: () => clock.ms }) }
  }
  const rows = [{ name: 'a', models: 1 }]

  it('redraws no more often than its interval, and ends with its last state', () => {
    const { stream, table, clock } = setUp(true)
    table.update(rows, 'first')
    clock.ms = 99
    table.update(rows, 'too fresh')
    expect(stream.text).toBe('peer    models\na            1\nfirst\n')
    table.finish()
    expect(stream.text).toMatch(/too fresh\n$/)
  })

  it('makes room for other lines and comes back below them', () => {
    const { stream, table } = setUp(true)
    table.update(rows, 'state')
    stream.text = ''
    table.interject(() => stream.write('a line\n'))
    expect(stream.text).toBe(`\u001b[3A\u001b[1G${CLEAR}a line\npeer    models\na            1\nstate\n`)
  })

  it('leaves nothing when it is removed', () => {
    const { stream, table } = setUp(true)
    table.update(rows)
    table.remove()
    stream.text = ''
    table.interject(() => stream.write('a line\n'))
    expect(stream.text).toBe('a line\n')
  })

  it('is a plain line now and then in a pipe', () => {
    const { stream, table, clock } = setUp(false)
    for (clock.ms = 0; clock.ms <= 12_000; clock.ms += 500) table.update(rows, `at ${clock.ms}`)
    table.finish()
    expect(stream.text).toBe('1 peers, at 5000\n1 peers, at 10000\n')
  })
})
