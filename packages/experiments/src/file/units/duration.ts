/** A length of virtual time: in milliseconds, or in cycles. Finite, ≥ 0. */
export type Duration = { readonly ms: number } | { readonly cycles: number }

const UNITS_MS: Readonly<Record<string, bigint>> = { ms: 1n, s: 1000n, min: 60_000n, h: 3_600_000n, d: 86_400_000n }

const NUMBER = String.raw`(\d{1,15})(?:\.(\d{1,15}))?(?:[eE]([+-]?\d{1,2}))?`

/** What {@link parseDuration} reads. */
export const DURATION_PATTERN: RegExp = new RegExp(`^${NUMBER} ?(ms|s|min|h|d|cycles?)$`)

/** What `parseDuration` reads, without cycles. */
export const TIME_PATTERN: RegExp = new RegExp(`^${NUMBER} ?(ms|s|min|h|d)$`)

/** For messages: what {@link DURATION_PATTERN} wants. */
export const DURATION_WANTED = 'a time with its unit (ms, s, min, h, d or cycles), such as 30 s or 2 cycles'

/** For messages: what {@link TIME_PATTERN} wants. */
export const TIME_WANTED = 'a time with its unit (ms, s, min, h or d), such as 172.8 s'

/**
 * Reads `172.8 s`, `1.5e3 ms`, `48 h`, `0.9 cycles`, `1 cycle`. A time is rounded once, to the float64 next to its exact number of
 * milliseconds.
 *
 * @returns undefined for any other text.
 */
export function parseDuration(text: string): Duration | undefined {
  const match = DURATION_PATTERN.exec(text)
  if (match === null) return undefined
  const [, whole, fraction = '', exponent = '0', unit] = match
  const perUnit = UNITS_MS[unit] ?? 1n
  const value = Number(`${BigInt(whole + fraction) * perUnit}e${Number(exponent) - fraction.length}`)
  return unit in UNITS_MS ? { ms: value } : { cycles: value }
}

/** @param cycleMs - What a cycle lasts. */
export function toCycles(duration: Duration, cycleMs: number): number {
  return 'cycles' in duration ? duration.cycles : duration.ms / cycleMs
}

/** @param cycleMs - What a cycle lasts. */
export function toMilliseconds(duration: Duration, cycleMs: number): number {
  return 'ms' in duration ? duration.ms : duration.cycles * cycleMs
}
