import type { TraceDiffFlags } from './trace-flags.ts'
import { ExitCode } from '../exit-code.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import type { Session } from '../session.ts'
import { compareTraces, type TraceDifference } from './compare.ts'
import { TRACE_COLUMNS, type TraceHeader } from './trace-format.ts'
import { TraceReader } from './trace-reader.ts'

/** `hearsay trace diff`. Returns the exit code. */
export async function diffTraces(
  pathA: string,
  pathB: string,
  flags: TraceDiffFlags,
  session: Session,
): Promise<number> {
  const a = await TraceReader.open(pathA)
  const b = await TraceReader.open(pathB)
  try {
    const difference = await compareTraces(a, b, flags.context)
    const headers = headerDifferences(a.header, b.header)
    if (flags.json === true) {
      const verdict =
        difference === undefined ? { type: 'equal', events: a.events } : { type: 'different', ...difference }
      writeJsonLine(session.stdout, { ...verdict, headers })
    } else {
      session.stdout.write(`${describe(difference, a, b, headers).join('\n')}\n`)
    }
    return difference === undefined ? ExitCode.done : ExitCode.different
  } finally {
    a.close()
    b.close()
  }
}

interface HeaderDifference {
  readonly name: string
  readonly a: string
  readonly b: string
}

function headerDifferences(a: TraceHeader, b: TraceHeader): HeaderDifference[] {
  const named = (name: string, one: unknown, other: unknown): HeaderDifference => ({
    ...{ name, a: String(one), b: String(other) },
  })
  return [
    named('version', a.version, b.version),
    named('seed', a.seed, b.seed),
    named('options', a.arguments.join(' '), b.arguments.join(' ')),
    named('from', `${a.fromMs} ms`, `${b.fromMs} ms`),
  ].filter((difference) => difference.a !== difference.b)
}

function describe(
  difference: TraceDifference | undefined,
  a: TraceReader,
  b: TraceReader,
  headers: readonly HeaderDifference[],
): string[] {
  const notes = headers.map(
    (header) => `${header.name.padEnd(8)} A: ${header.a || '(none)'}, B: ${header.b || '(none)'}`,
  )
  if (difference === undefined) return [`equal: ${a.events} events`, ...notes]
  const { equal, time, peer, before, nextA, nextB } = difference
  const ends = [nextA.length === 0 ? endOf('A', a) : [], nextB.length === 0 ? endOf('B', b) : []].flat()
  const rows = [
    ['  ', ...TRACE_COLUMNS],
    ...before.map((line) => ['  ', ...line.split('\t')]),
    ...nextA.map((line) => ['A ', ...line.split('\t')]),
    ...nextB.map((line) => ['B ', ...line.split('\t')]),
  ]
  return [
    `different after ${equal} equal events: at ${time} ms, peer ${peer}${onlyIn(difference)}`,
    ...notes,
    '',
    ...aligned(rows),
    ...ends,
  ]
}

function onlyIn({ a, b }: TraceDifference): string {
  if (a !== undefined && b !== undefined) return ''
  return `, in ${a === undefined ? 'B' : 'A'} only`
}

function endOf(name: string, { end }: TraceReader): string[] {
  const early = end?.interrupted === true ? ' (interrupted)' : ''
  return [`${name}   ends after ${end?.cycles} cycles${early}`]
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  )
}
