import { z } from 'zod'
import { choice, converted, either, explained, map, number, text } from './leaf.ts'

/** Axis → level. */
export type WhereForm = Readonly<Record<string, string>>

/** One value: a contestant where and when. What is left out is said by the claim. */
export interface ValueForm {
  readonly contestant?: string | undefined
  readonly where?: WhereForm | undefined
  readonly cycle?: number | 'end' | undefined
}

/** What is expected to come out: with `less`, `range` or `close`. */
export interface ClaimForm extends ValueForm {
  readonly that: string
  readonly source?: string | undefined
  readonly less?: ValueForm | undefined
  readonly than?: ValueForm | undefined
  readonly by?: number | undefined
  readonly range?: ValueForm | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly close?: ValueForm | undefined
  readonly to?: ValueForm | undefined
  readonly within?: number | undefined
}

/** A reference value. */
export interface ReferenceForm {
  readonly label: string
  readonly source: string
  readonly value: number
  readonly cycle?: number | undefined
  readonly contestant?: string | undefined
  readonly where?: WhereForm | undefined
}

const contestant = text('A contestant.', 'the name of a contestant')
const where: z.ZodType<WhereForm> = explained(
  z.record(z.string(), z.string({ error: 'the name of a level' }), { error: 'a map of axes to levels' }),
  'a map of axes to levels',
  'The part of the grid: axis → level. Axes with a single level may be left out.',
)
const at: z.ZodType<number | 'end'> = either(
  'A measured cycle, or `end`: the last one.',
  number('A measured cycle.', { min: 1, max: 1e9, integer: true }),
  choice('The last cycle.', ['end']),
)

const value: z.ZodType<ValueForm> = either(
  "The metric's mean over peers and seeds: of a contestant, or more exactly.",
  converted(contestant, (name): ValueForm => ({ contestant: name })),
  map('One value.', { contestant: contestant.optional(), where: where.optional(), cycle: at.optional() }),
)

const amount = (description: string): z.ZodType<number> => number(description, { min: 0 })

/** One of `claims`. */
export const claimForm: z.ZodType<ClaimForm> = map(
  'A claim: with less and than, or range and max, or close, to and within.',
  {
    that: text('The claim in words.'),
    source: text('The publication that claims it.').optional(),
    contestant: contestant.optional(),
    where: where.optional(),
    cycle: at.optional(),
    less: value.optional(),
    than: value.optional(),
    by: amount('With less: lower by at least so much, on average.').optional(),
    range: value.optional(),
    min: number('With range: the least mean over seeds. Default: 0.').optional(),
    max: number('With range: the greatest mean over seeds.').optional(),
    close: value.optional(),
    to: value.optional(),
    within: amount('With close: how far apart the means may be.').optional(),
  },
)

/** One of `references`. */
export const referenceForm: z.ZodType<ReferenceForm> = map('A reference value beside the curves.', {
  label: text('What it is of, as the legend says it.'),
  source: text('Publication, with section, table or figure.'),
  value: number('The value.'),
  cycle: number('Where on the axis of cycles. Default: all along it.', { min: 0, max: 1e9 }).optional(),
  contestant: contestant.optional(),
  where: where.optional(),
})
