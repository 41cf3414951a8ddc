const PREFIXES: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, G: 1e9 }

/** What {@link parseTransferSpeed} reads. */
export const TRANSFER_SPEED_PATTERN: RegExp = /^(\d{1,15}(?:\.\d{1,15})?) ?([kMG])?(B|bit)\/s$/

/** For messages. */
export const TRANSFER_SPEED_WANTED =
  'a speed with its unit (B/s, kB/s, MB/s, GB/s, bit/s, kbit/s, Mbit/s or Gbit/s), such as 10 Mbit/s'

/**
 * Reads `125 kB/s`, `10 Mbit/s`.
 *
 * @returns Bytes per second; undefined for any other text.
 */
export function parseTransferSpeed(text: string): number | undefined {
  const match = TRANSFER_SPEED_PATTERN.exec(text)
  if (match === null) return undefined
  const [, number, prefix, unit] = match
  const perUnit = prefix === undefined ? 1 : PREFIXES[prefix]
  return (Number(number) * perUnit) / (unit === 'bit' ? 8 : 1)
}
