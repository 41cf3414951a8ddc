import { z } from 'zod'
import {
  type Duration,
  DURATION_PATTERN,
  DURATION_WANTED,
  parseDuration,
  TIME_PATTERN,
  TIME_WANTED,
} from '../units/duration.ts'
import { parseTransferSpeed, TRANSFER_SPEED_PATTERN, TRANSFER_SPEED_WANTED } from '../units/transfer-speed.ts'

/** What each schema wants, in words: `give …`. Errors of zod carry these words as their messages. */
const WANTED = new WeakMap<z.ZodType, string>()

/** What a number must be. */
export interface NumberRange {
  readonly min?: number
  readonly max?: number
  /** Whether `min` itself is refused. */
  readonly above?: boolean
  readonly integer?: boolean
}

/** What an error says is wanted in a schema's place. */
export function wantedOf(schema: z.ZodType): string {
  return WANTED.get(schema) ?? 'another value'
}

/** Describes a schema for editors, and says what it wants for errors. */
export function explained<Schema extends z.ZodType>(
  schema: Schema,
  wanted: string,
  description: string,
  meta: z.GlobalMeta = {},
): Schema {
  const described = schema.meta({ ...meta, description })
  WANTED.set(described, wanted)
  return described
}

export function number(description: string, range: NumberRange = {}): z.ZodType<number> {
  const wanted = rangeWanted(range)
  const options = { error: wanted }
  const { min, max, above = false, integer = false } = range
  let schema: z.ZodNumber = integer ? z.int(options) : z.number(options)
  if (min !== undefined) schema = above ? schema.gt(min, options) : schema.gte(min, options)
  if (max !== undefined && max !== Number.MAX_SAFE_INTEGER) schema = schema.lte(max, options)
  return explained(schema, wanted, description)
}

function rangeWanted({ min, max, above = false, integer = false }: NumberRange): string {
  const kind = integer ? 'an integer' : 'a number'
  if (min === undefined) return kind
  if (max === undefined || max === Number.MAX_SAFE_INTEGER) return `${kind} ${above ? '>' : '≥'} ${min}`
  if (integer) return `${kind} in ${min} … ${max}`
  return `${kind} in ${above ? '(' : '['}${min}, ${max}]`
}

/** A share in [0, 1]; with `above` in (0, 1]. */
export function share(description: string, above = false): z.ZodType<number> {
  return number(description, { min: 0, max: 1, above })
}

/** Yes or no. */
export function flag(description: string): z.ZodType<boolean> {
  const wanted = 'true or false'
  return explained(z.boolean({ error: wanted }), wanted, description)
}

/** One of a few words. */
export function choice<const Word extends string>(description: string, words: readonly Word[]): z.ZodType<Word> {
  const wanted = orList(words)
  return explained(z.enum([...words], { error: wanted }), wanted, description)
}

/** A text that is not empty. */
export function text(description: string, wanted = 'a text', pattern: RegExp = /\S/): z.ZodType<string> {
  return explained(z.string({ error: wanted }).regex(pattern, { error: wanted }), wanted, description)
}

/** A length of virtual time, in any unit. With `above`, longer than nothing. */
export function duration(description: string, { above = false }: { above?: boolean } = {}): z.ZodType<Duration> {
  return timed(description, DURATION_PATTERN, `${above ? 'longer than 0: ' : ''}${DURATION_WANTED}`, above)
}

/** A length of virtual time that is not in cycles, longer than nothing. */
export function time(description: string): z.ZodType<Duration> {
  return timed(description, TIME_PATTERN, TIME_WANTED, true)
}

function timed(description: string, pattern: RegExp, wanted: string, above: boolean): z.ZodType<Duration> {
  const options = { error: wanted }
  const schema = z
    .string(options)
    .regex(pattern, options)
    .transform((written) => parseDuration(written) ?? { cycles: Number.NaN })
    .refine((parsed) => isLength('ms' in parsed ? parsed.ms : parsed.cycles, above), options)
  return explained(schema, wanted, description)
}

function isLength(value: number, above: boolean): boolean {
  return Number.isFinite(value) && value <= Number.MAX_SAFE_INTEGER && (value > 0 || !above)
}

/** Bytes per second. */
export function transferSpeed(description: string): z.ZodType<number> {
  const options = { error: TRANSFER_SPEED_WANTED }
  const schema = z
    .string(options)
    .regex(TRANSFER_SPEED_PATTERN, options)
    .transform((written) => parseTransferSpeed(written) ?? Number.NaN)
    .refine((speed) => speed > 0, options)
  return explained(schema, TRANSFER_SPEED_WANTED, description)
}

/** A map with these keys and no others. */
export function map<Shape extends z.ZodRawShape>(
  description: string,
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape).join(', ')
  const wanted = `a map of ${keys}`
  // Of unknown keys, the caller of the parser makes a sentence: the message lists the known ones.
  const schema = z.strictObject(shape, { error: ({ code }) => (code === 'unrecognized_keys' ? keys : wanted) })
  return explained(schema, wanted, description)
}

/** A map with exactly one of these keys. */
export function oneOf<Shape extends z.ZodRawShape>(
  description: string,
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const keys = Object.keys(shape)
  const wanted = `a map of exactly one of ${keys.join(', ')}`
  const schema = z
    .strictObject(shape, { error: ({ code }) => (code === 'unrecognized_keys' ? keys.join(', ') : wanted) })
    .refine((value) => keys.filter((key) => (value as Record<string, unknown>)[key] !== undefined).length === 1, wanted)
  return explained(schema, wanted, description, { minProperties: 1, maxProperties: 1 })
}

/** Values of one kind. */
export function list<Value extends z.ZodType>(description: string, value: Value, min = 1): z.ZodArray<Value> {
  const wanted = `a list of ${min === 0 ? 'any number' : `${min} or more`}, each ${wantedOf(value)}`
  return explained(z.array(value, { error: wanted }).min(min, { error: wanted }), wanted, description)
}

/** A value in one of several forms that can be told apart by their kind: a text, a number, a list or a map. */
export function either<const Forms extends readonly z.ZodType[]>(
  description: string,
  ...forms: Forms
): z.ZodUnion<Forms> {
  const wanted = forms.map(wantedOf).join(', or ')
  return explained(z.union(forms, { error: wanted }), wanted, description)
}

/** A value, or the word `none`, which is as if nothing were there. */
export function orNone<Value>(value: z.ZodType<Value>): z.ZodType<Value | undefined> {
  const wanted = `none, or ${wantedOf(value)}`
  const schema = z
    .union([z.literal('none', { error: wanted }), value], { error: wanted })
    .transform((given) => (given === 'none' ? undefined : (given as Value)))
  return explained(schema, wanted, value.description ?? '')
}

/** What is made of a value that a schema has let pass. */
export function converted<Given, Made>(schema: z.ZodType<Given>, convert: (given: Given) => Made): z.ZodType<Made> {
  return explained(schema.transform(convert), wantedOf(schema), schema.description ?? '')
}

/** `a`, `a or b`, `a, b or c`. */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
