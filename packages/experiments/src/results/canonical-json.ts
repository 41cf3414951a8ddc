import { UsageError } from '@hearsay/core'

/**
 * The one text of a plain value: properties are sorted, and those that are undefined are left out, so that equal values
 * have equal texts wherever and however they were made.
 *
 * @throws {@link UsageError} `NOT_JSON` for what JSON cannot say: NaN, ±∞, functions, bigints.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`
  }
  const isFinite = typeof value !== 'number' || Number.isFinite(value)
  const text = isFinite && typeof value !== 'bigint' ? JSON.stringify(value) : undefined
  if (text === undefined) throw new UsageError('NOT_JSON', `${String(value)} has no form in JSON`)
  return text
}
