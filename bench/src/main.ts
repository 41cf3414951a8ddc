import { parseArgs } from 'node:util'
import { checkPlotFile, writePlotFile } from '@hearsay/experiments/plot'
import { analysisBenchmark } from './analysis.ts'
import { averagingBenchmark } from './averaging.ts'
import { capacityBenchmark } from './capacity.ts'
import { federatedBenchmark } from './federated.ts'
import { kernelsBenchmark } from './kernels.ts'
import type { Benchmark, Figure } from './measure.ts'
import { networkBenchmark } from './network.ts'
import { protocolsBenchmark } from './protocols.ts'
import { scaleBenchmark } from './scale.ts'
import { shuffleBenchmark } from './shuffle.ts'
import { simulatorBenchmark } from './simulator.ts'
import { tfjsBenchmark } from './tfjs.ts'

const BENCHMARKS: readonly Benchmark[] = [
  kernelsBenchmark,
  analysisBenchmark,
  simulatorBenchmark,
  scaleBenchmark,
  networkBenchmark,
  protocolsBenchmark,
  averagingBenchmark,
  capacityBenchmark,
  shuffleBenchmark,
  federatedBenchmark,
  tfjsBenchmark,
]

const USAGE = `npm run bench [NAME…] [-- --json]

Measures on this machine, in one run. Figures are medians of several rounds; compare ratios rather than times.

${BENCHMARKS.map(({ name, description }) => `  ${name.padEnd(10)} ${description}`).join('\n')}

  --json       one line {"name", "value", "unit"} per figure
  --plot FILE  writes what was measured as an SVG, where the benchmark has a figure: give one NAME`

function printLine({ name, value, unit }: Figure): void {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4
  const isTiny = value !== 0 && Math.abs(value) < 1e-3
  const text = isTiny ? value.toExponential(2) : value.toLocaleString('en-US', { maximumFractionDigits: digits })
  console.log(`${name.padEnd(40)} ${text.padStart(14)} ${unit}`)
}

async function main(): Promise<number> {
  const options = {
    json: { type: 'boolean' },
    plot: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>
  try {
    parsed = parseArgs({ options, allowPositionals: true })
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
    return 2
  }
  if (parsed.values.help === true) {
    console.log(USAGE)
    return 0
  }
  const unknown = parsed.positionals.find((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name))
  if (unknown !== undefined) {
    console.error(`there is no benchmark '${unknown}'\n\n${USAGE}`)
    return 2
  }
  const chosen = BENCHMARKS.filter(({ name }) => parsed.positionals.length === 0 || parsed.positionals.includes(name))
  const plot = parsed.values.plot
  if (plot !== undefined && (chosen.length !== 1 || chosen[0].plot === undefined)) {
    console.error(`--plot needs the name of one benchmark that has a figure\n\n${USAGE}`)
    return 2
  }
  if (plot !== undefined) await checkPlotFile(plot)
  const print = parsed.values.json === true ? (figure: Figure) => console.log(JSON.stringify(figure)) : printLine
  for (const benchmark of chosen) await benchmark.run(print)
  if (plot !== undefined) await writePlotFile(plot, (await chosen[0].plot?.()) ?? '')
  return 0
}

process.exitCode = await main()
