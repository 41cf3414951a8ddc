/** One figure of a benchmark. Names are stable: programs look them up. */
export interface Figure {
  /** Dotted, from the general to the special: `kernels.dotAxpy.57.ratio`. */
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** A part of the benchmarks that can be run by its name. It hands out its figures as it gets them. */
export interface Benchmark {
  readonly name: string
  readonly description: string
  run(report: (figure: Figure) => void): Promise<void>
  /** The figures of the last run as an SVG. */
  plot?(): Promise<string>
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * Times several bodies in turn, so that a machine whose speed drifts slows all of them, and returns for each the
 * nanoseconds of one iteration in every round after the warm-up.
 */
export function interleave(
  bodies: readonly ((iterations: number) => void)[],
  { rounds, iterations, warmUp = 2 }: { rounds: number; iterations: number; warmUp?: number },
): number[][] {
  const samples: number[][] = bodies.map(() => [])
  for (let round = -warmUp; round < rounds; round++) {
    for (const [i, body] of bodies.entries()) {
      const started = performance.now()
      body(iterations)
      const nanoseconds = ((performance.now() - started) * 1e6) / iterations
      if (round >= 0) samples[i].push(nanoseconds)
    }
  }
  return samples
}

/** The median of the rounds' own ratios: what both sides of a round have in common drops out. */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  return median(numerators.map((numerator, i) => numerator / denominators[i]))
}
