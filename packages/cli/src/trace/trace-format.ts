import { ConfigurationError } from '@hearsay/core'
import { z } from 'zod'

/** The version of the format. */
const TRACE_FORMAT = 1

/** The columns of a trace, separated by tabs; `-` stands where there is nothing to say. */
export const TRACE_COLUMNS = [
  /** Virtual milliseconds. */
  'time',
  'peer',
  /** `timer`, `message`, `refused`, `missed`, `online` or `offline`. */
  'what',
  'protocol',
  /** The number of the timer, or the kind of the message. */
  'kind',
  /** The sender of a message. */
  'from',
  'value',
  'stamp',
  /** A hash of the payload's words: eight hexadecimal digits. */
  'payload',
] as const

const HEADER_MARK = '# hearsay trace '
const END_MARK = '# end '

/** What the first line of a trace says. */
export interface TraceHeader {
  /** Of hearsay. */
  readonly version: string
  readonly seed: number
  /** The trace begins with the first event of this time in virtual milliseconds. */
  readonly fromMs: number
  /** The command line. */
  readonly arguments: readonly string[]
}

/** What the last line of a complete trace says. */
export interface TraceEnd {
  readonly events: number
  readonly cycles: number
  readonly interrupted: boolean
  readonly traceHash: string
}

const headerSchema: z.ZodType<TraceHeader> = z.object({
  version: z.string(),
  seed: z.number(),
  fromMs: z.number(),
  arguments: z.array(z.string()),
})

const endSchema: z.ZodType<TraceEnd> = z.object({
  events: z.number(),
  cycles: z.number(),
  interrupted: z.boolean(),
  traceHash: z.string(),
})

/** The lines before the first event. */
export function formatTraceHeader(header: TraceHeader): string {
  return `${HEADER_MARK}${TRACE_FORMAT} ${JSON.stringify(header)}\n${TRACE_COLUMNS.join('\t')}\n`
}

/** The last line. */
export function formatTraceEnd(end: TraceEnd): string {
  return `${END_MARK}${JSON.stringify(end)}\n`
}

/**
 * Reads the first line of a trace.
 *
 * @param source - How the error names the trace.
 * @throws {@link ConfigurationError} `TRACE_HEADER`.
 */
export function parseTraceHeader(line: string, source: string): TraceHeader {
  const [format, json] = line.startsWith(HEADER_MARK) ? line.slice(HEADER_MARK.length).split(/ (.*)/s) : []
  const header = json === undefined ? undefined : headerSchema.safeParse(parseJson(json)).data
  if (header === undefined) {
    throw new ConfigurationError('TRACE_HEADER', `${source} is no trace of hearsay: see hearsay simulate --trace`)
  }
  if (format === String(TRACE_FORMAT)) return header
  throw new ConfigurationError(
    'TRACE_HEADER',
    `${source} has the format ${format} of hearsay ${header.version}, this version reads ${TRACE_FORMAT}`,
  )
}

/** What a line says of the end, if it is the last one of a complete trace. */
export function parseTraceEnd(line: string): TraceEnd | undefined {
  if (!line.startsWith(END_MARK)) return undefined
  return endSchema.safeParse(parseJson(line.slice(END_MARK.length))).data
}

/** When and to whom the event of a line happened; undefined for a line that is no event. */
export function parseTraceKey(line: string): { readonly time: number; readonly peer: number } | undefined {
  const cells = line.split('\t')
  const [time, peer] = [Number(cells[0]), Number(cells[1])]
  const isEvent = cells.length === TRACE_COLUMNS.length && Number.isSafeInteger(time) && Number.isSafeInteger(peer)
  return isEvent ? { time, peer } : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
