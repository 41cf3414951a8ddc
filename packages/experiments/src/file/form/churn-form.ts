import type { z } from 'zod'
import type { Duration } from '../units/duration.ts'
import { choice, converted, duration, either, flag, list, map, number, oneOf, share, text } from './leaf.ts'

/** How peers come and go: exactly one of these. */
export interface ChurnForm {
  readonly smartphone?: true | undefined
  readonly exponential?: { readonly mean: Duration; readonly online: number } | undefined
  readonly lognormal?: { readonly median: Duration; readonly sigma: number; readonly online: number } | undefined
  readonly trace?: { readonly file: string; readonly loop?: boolean | undefined } | undefined
}

/** A share of the peers that goes down at once. */
export interface CrashForm {
  readonly at: Duration
  readonly until?: Duration | undefined
  readonly share: number
}

/** A population that grows. */
export interface JoinForm {
  readonly initial: number
  readonly perCycle: number
  readonly from?: Duration | undefined
}

const online = share('Share of the peers that is online, on average.', true)

const kinds = oneOf('Sessions of peers.', {
  exponential: map('Sessions and absences of exponential length.', {
    mean: duration('Mean length of a session.', { above: true }),
    online,
  }).optional(),
  lognormal: map('Sessions and absences of lognormal length.', {
    median: duration('Median length of a session.', { above: true }),
    sigma: number('Standard deviation of the logarithm.', { min: 0, max: 10 }),
    online,
  }).optional(),
  trace: map('Recorded sessions.', {
    file: text(
      'A CSV file with the header `peer,online_ms,offline_ms`, relative to this file.',
      'the path of a CSV file',
    ),
    loop: flag('Whether they are played again and again. Default: false.').optional(),
  }).optional(),
})

/** The setting `churn`, without `none`. */
export const churnForm: z.ZodType<ChurnForm> = either(
  'How peers come and go: none (default), smartphone (synthetic phones), or sessions of a given kind.',
  converted(choice('Synthetic phones, in virtual time as if it were real.', ['smartphone']), (): ChurnForm => ({
    smartphone: true,
  })),
  kinds,
)

/** The setting `crash`, without `none`. */
export const crashForm: z.ZodType<readonly CrashForm[]> = list(
  'Shares of the peers that go down at once.',
  map('A crash.', {
    at: duration('When.'),
    until: duration('When they are back. Default: never.').optional(),
    share: share('Share of the peers.'),
  }),
)

/** The setting `join`, without `none`. */
export const joinForm: z.ZodType<JoinForm> = map('A population that grows to `peers`.', {
  initial: number('Peers that are there from the start.', { min: 1, max: 10_000_000, integer: true }),
  perCycle: number('Peers that join in a cycle, on average.', { min: 0, above: true, max: 1e9 }),
  from: duration('When the first one can join. Default: 0 cycles.').optional(),
})
