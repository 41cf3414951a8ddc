import { ConfigurationError } from '@hearsay/core'
import { z } from 'zod'
import { corrupt } from './storage-errors.ts'
import type { Manifest } from './manifest.ts'

/** Names of the folders of cells: harmless on every system. */
export const CELL_ID: RegExp = /^[\w-]{8,64}$/

const levels = z.record(z.string(), z.string())
const seed = z.int().min(0)
const valueAt = z.looseObject({ contestant: z.string(), where: levels, cycle: z.int().min(0) })
const check = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('less'), value: valueAt, than: valueAt, by: z.number().optional() }),
  z.looseObject({ kind: z.literal('range'), value: valueAt, min: z.number(), max: z.number() }),
  z.looseObject({ kind: z.literal('close'), value: valueAt, to: valueAt, within: z.number() }),
])

const experiment = z.looseObject({
  name: z.string().min(1),
  title: z.string(),
  description: z.string().optional(),
  source: z.string().optional(),
  contestants: z.array(z.string()),
  axes: z.record(z.string(), z.array(z.string())),
  references: z.array(
    z.looseObject({
      label: z.string(),
      source: z.string(),
      value: z.number(),
      cycle: z.number().optional(),
      contestant: z.string().optional(),
      where: levels.optional(),
    }),
  ),
  claims: z.array(z.looseObject({ that: z.string(), source: z.string().optional(), check })),
  dropped: z.array(z.string()).optional(),
  file: z.looseObject({ path: z.string(), text: z.string() }),
  reduced: z.boolean(),
})

/** What is not named here was added by a later version, and is kept. */
const manifest: z.ZodType<Manifest> = z.looseObject({
  format: z.literal(1),
  experiment,
  cells: z.array(z.looseObject({ contestant: z.string(), levels, seed, id: z.string().regex(CELL_ID) })),
  code: z.looseObject({
    version: z.string(),
    digest: z.string(),
    commit: z.string().optional(),
    dirty: z.boolean().optional(),
  }),
  machine: z.looseObject({
    node: z.string(),
    platform: z.string(),
    cpu: z.string(),
    cores: z.number(),
    memoryBytes: z.number(),
  }),
  command: z.string(),
})

/**
 * Reads the text of a manifest.
 *
 * @param path - What errors call it.
 * @throws {@link ConfigurationError} `RESULTS_FORMAT` where a later version of Hearsay has written it;
 * {@link EnvironmentError} `RESULTS_CORRUPT`.
 */
export function parseManifestText(text: string, path: string): Manifest {
  const value = parseJson(text, path)
  const { format } = (typeof value === 'object' && value !== null ? value : {}) as { format?: unknown }
  if (typeof format === 'number' && format > 1) throw newerFormat(path, format)
  return checked(manifest, value, path)
}

/** A later version has written a file. */
export function newerFormat(path: string, format: number): ConfigurationError {
  const problem = `${path} has format ${format}, and this version of hearsay reads format 1`
  return new ConfigurationError('RESULTS_FORMAT', `${problem}: use the version that wrote it, or a later one`)
}

/** @throws {@link EnvironmentError} `RESULTS_CORRUPT`. */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw corrupt(path, 'is not JSON', cause)
  }
}

/** @throws {@link EnvironmentError} `RESULTS_CORRUPT`, with the first place that is wrong. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, path: string): T {
  const { data, error } = schema.safeParse(value)
  if (error === undefined) return data as T
  const [{ path: keys, message }] = error.issues
  throw corrupt(path, `is not as hearsay writes it: ${keys.length === 0 ? '' : `${keys.join('.')}: `}${message}`, error)
}
