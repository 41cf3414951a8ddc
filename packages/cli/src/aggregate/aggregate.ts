import { ConfigurationError } from '@hearsay/core'
import { type AggregateAnswer, aggregationProblem, askAggregates, startAggregateClient } from '@hearsay/peer'
import { ExitCode } from '../exit-code.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import type { Session } from '../session.ts'
import type { AggregateFlags } from './aggregate-flags.ts'
import type { Aggregate } from './aggregates.ts'
import { type AggregateEvent, eventOf } from './answer.ts'

/** Milliseconds between two looks at whether anything has been heard. */
const LOOK_MS = 250

/** `hearsay aggregate`. Returns the exit code. */
export async function aggregate(what: Aggregate, flags: AggregateFlags, session: Session): Promise<number> {
  const { join } = flags
  if (join === undefined) {
    throw new ConfigurationError('JOIN', 'say which swarm: --join ADDRESS, such as the first peer’s that it prints')
  }
  const tell = (answer: AggregateAnswer): void => {
    const event = eventOf(answer, what, flags.of)
    if (flags.json === true) writeJsonLine(session.stdout, event)
    else session.stdout.write(`${flags.watch === true ? watchLine(event) : formatValue(event)}\n`)
  }
  if (flags.watch === true) return await watch(join, flags, session, tell)
  tell(await askAggregates({ join, deadlineMs: 1000 * flags.timeout, signal: session.signal }))
  return ExitCode.done
}

/** Tells every epoch that ends, until the user or the swarm has had enough. */
async function watch(
  join: readonly string[],
  { timeout }: AggregateFlags,
  { signal, now }: Session,
  tell: (answer: AggregateAnswer) => void,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const deadlineMs = 1000 * timeout
  let last: AggregateAnswer | undefined
  let heardMs = now()
  let epoch = -1
  const onAnswer = (answer: AggregateAnswer): void => {
    last = answer
    heardMs = now()
    if (!answer.aggregates) reject(aggregationProblem(answer, deadlineMs))
    if (answer.epoch <= epoch) return
    epoch = answer.epoch
    try {
      tell(answer)
    } catch (error) {
      reject(error)
    }
  }
  const look = setInterval(() => {
    if (now() - heardMs > deadlineMs) reject(silence(last, deadlineMs))
  }, LOOK_MS)
  signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  if (signal.aborted) reject(signal.reason)
  promise.catch(() => {})
  try {
    const client = await startAggregateClient({ join, onAnswer })
    try {
      return await promise
    } finally {
      await client.stop()
      resolve(ExitCode.done)
    }
  } finally {
    clearInterval(look)
  }
}

function silence(last: AggregateAnswer | undefined, deadlineMs: number): Error {
  const error = aggregationProblem(undefined, deadlineMs)
  if (last === undefined) return error
  return Object.assign(error, { message: `the swarm has fallen silent: ${error.message}` })
}

function watchLine(event: AggregateEvent): string {
  return `epoch ${event.epoch}: ${formatValue(event)}`
}

/** A number that a script can read: six significant digits, counts rounded to tenths. */
function formatValue({ aggregate: what, value }: AggregateEvent): string {
  return what === 'count' ? String(Number(value.toFixed(1))) : String(Number(value.toPrecision(6)))
}
