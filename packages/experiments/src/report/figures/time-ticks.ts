const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000]

/** Times that people count in, in milliseconds, on a logarithmic axis. */
const COARSE = [1, 10, 100, SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 10 * DAY, 100 * DAY]
const FINE = [
  ...COARSE.flatMap((ms) => (ms < 100 || ms === SECOND ? [ms, 2 * ms, 5 * ms] : [ms])),
  ...[200, 500, 20 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE, 20 * MINUTE, 30 * MINUTE],
  ...[2 * HOUR, 12 * HOUR, 2 * DAY, 5 * DAY, 20 * DAY, 50 * DAY],
].sort((a, b) => a - b)

/** Those between two times, fewer where there are too many. */
export function timeTicks(low: number, high: number, tickCount: number): number[] {
  const inside = (ms: number): boolean => ms >= low * 0.999 && ms <= high * 1.001
  const coarse = COARSE.filter(inside)
  const ticks = coarse.length < 3 ? FINE.filter(inside) : coarse
  const every = Math.ceil(ticks.length / tickCount)
  return ticks.filter((_, i) => i % every === 0)
}
