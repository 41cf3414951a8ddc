import { z } from 'zod'
import { choice, either, explained, map, number, share } from './leaf.ts'

/** When a run is measured. */
export type MeasureAtForm = 'log' | 'all' | readonly (number | 'log')[] | { readonly every: number }

/** What is measured, and when. */
export interface MeasureForm {
  readonly at?: MeasureAtForm | undefined
  readonly peers?: number | undefined
  readonly of?: 'all' | 'online' | undefined
  readonly metric?: (typeof METRICS)[number] | undefined
}

/** Metrics of tasks that have several. */
export const METRICS = ['variance', 'error', 'residue', 'traffic'] as const

const cycle = number('A cycle.', { min: 1, max: 1e9, integer: true })
const CYCLES = { error: 'a list of cycles, one or more' }
const cycles = explained(
  z.array(z.union([cycle, z.literal('log')], { error: 'a cycle ≥ 1, or log' }), CYCLES).min(1, CYCLES),
  CYCLES.error,
  'After these cycles; `log` adds about twelve a decade.',
)

const at: z.ZodType<MeasureAtForm> = either(
  'After which cycles: log (about twelve a decade), all, a list, or {every: n}. The last one always counts. Default: log.',
  choice('By rule.', ['log', 'all']),
  cycles,
  map('Regularly.', { every: cycle }),
)

/** The group of settings `measure`. */
export const measureForm: z.ZodType<MeasureForm> = map('What is measured, and when.', {
  at: at.optional(),
  peers: share('Share of the peers that is measured, drawn anew each time; at least one. Default: 1.', true).optional(),
  of: choice(
    'Whose error counts: of all, the absent with the models that they hold, or of those online. Default: all.',
    ['all', 'online'],
  ).optional(),
  metric: choice(
    'Of averaging: variance (default; error for count), error. Of a rumor: residue (default), traffic. One for all cells.',
    METRICS,
  ).optional(),
})
