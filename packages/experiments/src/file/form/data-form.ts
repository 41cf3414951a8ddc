import { SCALING_KINDS, type ScalingKind } from '@hearsay/datasets'
import { z } from 'zod'
import type { Delimiter } from '../../scenario/delimiter.ts'
import { choice, either, explained, list, map, number, text, wantedOf } from './leaf.ts'

/** Where rows come from, and what is made of them. */
export interface DataForm {
  readonly name?: string | undefined
  readonly cache?: string | undefined
  readonly file?: string | undefined
  readonly label?: string | number | undefined
  readonly delimiter?: Delimiter | undefined
  readonly testFraction?: number | undefined
  readonly scale?: ScalingKind | undefined
  readonly classes?: readonly string[] | undefined
}

const name = text(
  'A data set that comes with Hearsay, or that was fetched or imported: see `hearsay datasets`.',
  'the name of a data set',
)

const column = explained(z.union([z.string().min(1), z.int().min(0)]), 'a column by name or index', 'A column.')

const form: z.ZodType<DataForm> = map('Where rows come from: a data set with a name, or a CSV file.', {
  name: name.optional(),
  cache: text('With `name`: the folder of data sets that were fetched or imported, relative to this file.').optional(),
  file: text('A CSV file with a header row, relative to this file.', 'the path of a CSV file').optional(),
  label: either('With `file`: the column that holds the class, by name or index from 0.', column).optional(),
  delimiter: choice('With `file`: what separates cells. Default: comma.', ['comma', 'semicolon', 'tab']).optional(),
  testFraction: number('With `file`: the share of the rows that is held out. Default: 0.1.', {
    min: 0,
    above: true,
    max: 0.9,
  }).optional(),
  scale: choice('How features are scaled, by what training rows say. Default: standardise.', SCALING_KINDS).optional(),
  classes: list(
    'The classes to keep, by name, in the order of their indices. Default: all.',
    text('A class.', 'the name of a class'),
    2,
  ).optional(),
})

const both = z.union([name, form], { error: `${wantedOf(name)}, or ${wantedOf(form)}` })

/** The setting `data`. */
export const dataForm: z.ZodType<DataForm> = explained(
  both.transform((data) => (typeof data === 'string' ? { name: data } : data)),
  `${wantedOf(name)}, or ${wantedOf(form)}`,
  'Rows to learn from and to be measured on: the name of a data set, or more of it.',
)
