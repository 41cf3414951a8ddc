import { z } from 'zod'
import { type Task, TASKS } from '../../trial/trial-settings.ts'
import { type ClaimForm, claimForm, type ReferenceForm, referenceForm } from './claim-form.ts'
import { choice, converted, either, explained, list, map, number, text } from './leaf.ts'
import { type SettingForm, settingForm } from './setting-form.ts'

/** An experiment file. */
export interface ExperimentForm {
  readonly $schema?: string | undefined
  readonly name: string
  readonly title: string
  readonly description?: string | undefined
  readonly source?: string | undefined
  readonly task?: Task | undefined
  readonly seeds: readonly number[]
  readonly setting: SettingForm
  readonly contestants: Readonly<Record<string, SettingForm>>
  readonly grid?: Readonly<Record<string, Readonly<Record<string, SettingForm>>>> | undefined
  readonly exclude?: readonly Readonly<Record<string, readonly string[]>>[] | undefined
  readonly reduced?: ReducedForm | undefined
  readonly references?: readonly ReferenceForm[] | undefined
  readonly claims?: readonly ClaimForm[] | undefined
}

/** What differs in the quick form of an experiment. */
export interface ReducedForm {
  readonly seeds?: readonly number[] | undefined
  readonly setting?: SettingForm | undefined
  readonly contestants?: readonly string[] | undefined
  readonly grid?: Readonly<Record<string, readonly string[]>> | undefined
}

const SEEDS_MAX = 10_000
const SEED = { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true }

/** What contestants and levels are called: in legends, in tables, on the command line. */
const NAME = /^(?!\s|__)[^\p{C}"]{1,60}$/u
const NAME_WANTED = 'a name of up to 60 characters, without quotes'
const AXIS = /^[A-Za-z][A-Za-z0-9 _-]{0,39}$/
const AXIS_WANTED = 'the name of an axis: letters, digits, spaces and hyphens, a letter first'

const seeds: z.ZodType<readonly number[]> = either(
  'What all that is random follows from: a list of different seeds, or how many (3 is 1, 2, 3).',
  converted(number('How many, from 1 on.', { min: 1, max: SEEDS_MAX, integer: true }), (count) =>
    Array.from({ length: count }, (_, index) => index + 1),
  ),
  different(list('Different seeds.', number('A seed.', SEED))),
)

function different(given: z.ZodType<number[]>): z.ZodType<number[]> {
  const wanted = 'a list of one or more different integers ≥ 0'
  const schema = given.superRefine((values, context) => {
    values.forEach((value, index) => {
      if (values.indexOf(value) < index) context.addIssue({ code: 'custom', path: [index], message: wanted })
    })
  })
  return explained(schema, wanted, 'Different seeds.', { uniqueItems: true })
}

const name = text('A contestant or a level.', NAME_WANTED, NAME)
const names = list('Names.', name)

/** A map whose keys are names that the file chooses. */
function named<Value extends z.ZodType>(
  description: string,
  what: string,
  value: Value,
  [pattern, wanted]: readonly [RegExp, string] = [NAME, NAME_WANTED],
): z.ZodType<Record<string, z.output<Value>>> {
  const schema = z
    .record(z.string().regex(pattern, { error: wanted }), value, { error: what })
    .refine((entries) => Object.keys(entries).length > 0, { error: what })
  return explained(schema, what, description, { minProperties: 1 })
}

const AXIS_NAME = [AXIS, AXIS_WANTED] as const

const grid = named(
  'What is varied: axis → level → settings that differ there. Every contestant runs at every combination.',
  'a map of axes, at least one',
  named('The levels of an axis, at least one.', 'a map of levels, at least one', settingForm),
  AXIS_NAME,
)

const exclusion = named(
  'Cells that are left out: those with all of these names. `contestant`, or an axis: one name or a list.',
  'a map of contestant or axes to names',
  either(
    'One name or several.',
    converted(name, (one) => [one]),
    names,
  ),
  AXIS_NAME,
)

const reduced: z.ZodType<ReducedForm> = map('What differs in the quick form of the experiment, for `--reduced`.', {
  seeds: seeds.optional(),
  setting: settingForm.optional(),
  contestants: list('The contestants that are kept. Default: all.', name).optional(),
  grid: named(
    'The levels that are kept, of each axis that is named.',
    'a map of axes to levels',
    names,
    AXIS_NAME,
  ).optional(),
})

/** A whole file. */
export const experimentForm: z.ZodType<ExperimentForm> = map(
  'An experiment: a question, and all the runs that answer it.',
  {
    $schema: text('Where editors find this schema.').optional(),
    name: text(
      'Names the folder of the results: letters, digits and hyphens.',
      'a name of up to 64 letters, digits and hyphens, no hyphen first',
      /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
    ),
    title: text('The heading of the report.'),
    description: text('What it shows, in a few sentences.').optional(),
    source: text('The publication that it reproduces, with its section.').optional(),
    task: choice('What is run: learning (default), averaging and other aggregates, or a rumor.', TASKS).optional(),
    seeds,
    setting: settingForm,
    contestants: named(
      'What is compared: name → settings that differ from the common ones.',
      'a map of contestants, at least one',
      settingForm,
    ),
    grid: grid.optional(),
    exclude: list('Cells that are left out.', exclusion).optional(),
    reduced: reduced.optional(),
    references: list('Reference values, drawn beside the curves.', referenceForm).optional(),
    claims: list('What is expected to come out; each is checked against the results.', claimForm).optional(),
  },
)
