import { ConfigurationError } from '@hearsay/core'
import type { TraceReader } from './trace-reader.ts'

/** The first event in which two traces differ. Lines are those of the traces. */
export interface TraceDifference {
  /** Events before it that both have. */
  readonly equal: number
  /** When and to whom it happened. */
  readonly time: number
  readonly peer: number
  /** It in the first trace; undefined where that one has no such event. */
  readonly a: string | undefined
  readonly b: string | undefined
  /** The last events that both have. */
  readonly before: readonly string[]
  /** What follows in the first trace, from where they part; empty where it has ended. */
  readonly nextA: readonly string[]
  readonly nextB: readonly string[]
}

/**
 * Compares two traces in the order of (time, peer). Where one begins later, as that of a run that was resumed, the other
 * one is compared from there on.
 *
 * @param context - Events to show before and after.
 * @returns `undefined` where they are equal.
 * @throws {@link ConfigurationError} `TRACE_TRUNCATED` where one breaks off before they differ, `TRACE_LINE` for a line
 *   that is no event.
 */
export async function compareTraces(
  a: TraceReader,
  b: TraceReader,
  context: number,
): Promise<TraceDifference | undefined> {
  const fromMs = Math.max(a.header.fromMs, b.header.fromMs)
  const before: string[] = []
  let equal = 0
  let [lineA, lineB] = [await firstFrom(a, fromMs), await firstFrom(b, fromMs)]
  while (lineA !== undefined && lineA === lineB) {
    equal++
    before.push(lineA)
    if (before.length > context) before.shift()
    lineA = await a.next()
    lineB = await b.next()
  }
  if (lineA === undefined) assertComplete(a, equal)
  if (lineB === undefined) assertComplete(b, equal)
  const first = lineA === undefined ? undefined : a.keyOf(lineA)
  const second = lineB === undefined ? undefined : b.keyOf(lineB)
  const order = compareKeys(first, second)
  const key = order <= 0 ? first : second
  if (key === undefined) return undefined
  return {
    ...{ equal, time: key.time, peer: key.peer, before },
    a: order <= 0 ? lineA : undefined,
    b: order >= 0 ? lineB : undefined,
    nextA: await following(a, lineA, context),
    nextB: await following(b, lineB, context),
  }
}

type Key = { readonly time: number; readonly peer: number } | undefined

/** Negative where the first comes first. No event comes last. */
function compareKeys(one: Key, other: Key): number {
  if (one === undefined || other === undefined) return (one === undefined ? 1 : 0) - (other === undefined ? 1 : 0)
  return one.time - other.time || one.peer - other.peer
}

async function firstFrom(trace: TraceReader, fromMs: number): Promise<string | undefined> {
  let line = await trace.next()
  if (trace.header.fromMs >= fromMs) return line
  while (line !== undefined && trace.keyOf(line).time < fromMs) line = await trace.next()
  return line
}

async function following(trace: TraceReader, line: string | undefined, context: number): Promise<string[]> {
  const lines: string[] = []
  for (let next = line; next !== undefined && lines.length <= context; next = await trace.next()) lines.push(next)
  return lines
}

function assertComplete({ path, end, events }: TraceReader, equal: number): void {
  if (end !== undefined) return
  throw new ConfigurationError(
    'TRACE_TRUNCATED',
    `${path} breaks off after ${events} events, without its last line: ${equal} events were compared and are equal`,
  )
}
