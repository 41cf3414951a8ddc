import { suggestion } from '@hearsay/datasets'
import type { z } from 'zod'
import { orList } from './form/leaf.ts'
import { keyOffsetAt, type Located, offsetAt, type Path, toPlain, valueAt } from './yaml/located.ts'
import type { LocatedFile } from './yaml/read-yaml.ts'

type Issue = z.core.$ZodIssue

/** What is wrong, and where in the text. */
interface Finding {
  readonly offset: number
  readonly problem: string
  /** Whether a key is missing: it may be there under a wrong name, which says more. */
  readonly isMissing?: boolean
}

/**
 * Holds a value against a schema whose messages say what is wanted.
 *
 * @param located - A value of the file.
 * @throws {@link ExperimentFileError} `EXPERIMENT_FORM` for what is wrong first in the file.
 */
export function checkForm<Form>(schema: z.ZodType<Form>, located: Located, file: LocatedFile): Form {
  const parsed = schema.safeParse(toPlain(located))
  if (parsed.success) return parsed.data
  const findings = parsed.error.issues.flatMap((issue) => explain(issue, located, []))
  findings.sort((a, b) => Number(a.isMissing ?? false) - Number(b.isMissing ?? false) || a.offset - b.offset)
  throw file.error('EXPERIMENT_FORM', findings[0].offset, findings[0].problem)
}

function explain(issue: Issue, located: Located, base: Path): Finding[] {
  const path = [...base, ...issue.path]
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, issue.message, located, path))
  if (issue.code === 'invalid_key') {
    const wanted = issue.issues[0]?.message ?? 'another name'
    return [{ offset: keyOffsetAt(located, path), problem: `give ${wanted}, not ${JSON.stringify(path.at(-1))}` }]
  }
  if (issue.code === 'invalid_union') {
    if (issue.discriminator !== undefined) return [wrongKind(issue, located, path)]
    const branch = issue.errors.find((issues) =>
      issues.some(({ code, path: inner }) => inner.length > 0 || code === 'unrecognized_keys'),
    )
    if (branch !== undefined) return branch.flatMap((inner) => explain(inner, located, path))
  }
  const isMissing = valueAt(located, path) === undefined
  return [{ offset: offsetAt(located, path), problem: wrongValue(issue.message, located, path), isMissing }]
}

function unknownKey(key: string, allowed: string, located: Located, path: Path): Finding {
  const hint = suggestion(key, allowed.split(', '))
  const where = path.length === 0 ? '' : ` in ${nameOf(path)}`
  const problem = `there is no ${JSON.stringify(key)}${where}${hint}; there is: ${allowed}`
  return { offset: keyOffsetAt(located, [...path, key]), problem }
}

function wrongKind(issue: Issue & { code: 'invalid_union' }, located: Located, path: Path): Finding {
  const options = 'options' in issue ? issue.options : undefined
  const words = Array.isArray(options) ? options.map(String) : []
  return { offset: offsetAt(located, path), problem: wrongValue(orList(words), located, path, words) }
}

function wrongValue(wanted: string, located: Located, path: Path, words: readonly string[] = []): string {
  const value = valueAt(located, path)
  const name = nameOf(path)
  if (value === undefined) return `${name} is missing: give ${wanted}`
  const plain = toPlain(value)
  const candidates = words.length > 0 ? words : wanted.split(/, or |, | or /)
  const hint = typeof plain === 'string' ? suggestion(plain, candidates) : ''
  return `${name}: give ${wanted}, not ${shown(plain)}${hint}`
}

/** `network.delay`, `seeds[2]`; the last names of a long path. */
function nameOf(path: Path): string {
  if (path.length === 0) return 'the file'
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

function shown(value: unknown): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object') return shownKeys(Object.keys(value))
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  const text = JSON.stringify(typeof value === 'bigint' ? String(value) : value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

function shownKeys(keys: readonly string[]): string {
  if (keys.length === 0) return 'an empty map'
  return `a map of ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', …' : ''}`
}
