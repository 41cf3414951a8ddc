import { PLOT_COLOURS, renderSvg } from '@hearsay/experiments/plot'
import { W2 } from '@hearsay/experiments'
import { type Benchmark, median } from './measure.ts'
import { runSimulatorJob } from './simulator-job.ts'

/** What a point of the curve was measured on. */
interface Point {
  readonly peers: number
  readonly updatesPerSecond: number
  readonly simulator: string
}

const SIZES = [100, 1000, 10_000, 100_000, 1_000_000]
/** Updates of a run, about: small populations run for more cycles. */
const UPDATES = 1_000_000

/** Quoted, and measured on another machine than the curve. */
const OTHERS: readonly Point[] = [
  { simulator: 'GoLF on PeerSim (Java), quoted', peers: 1000, updatesPerSecond: 300_000 },
  { simulator: 'GoLF on PeerSim (Java), quoted', peers: 10_000, updatesPerSecond: 295_000 },
  { simulator: 'gossipy (Python), quoted', peers: 1000, updatesPerSecond: 2900 },
]

const NAME = 'Hearsay, one thread'

let points: readonly Point[] = []

/** Updates a second from a hundred peers to a million: the curve of the page on the simulator's speed. */
export const scaleBenchmark: Benchmark = {
  name: 'scale',
  description: 'updates a second over peers, 10² … 10⁶ with one row each; the only one with a figure (--plot)',
  async run(report) {
    const measured: Point[] = []
    for (const peers of SIZES) {
      const options = { ...W2, peers, rowsPerPeer: 1, evaluate: Math.min(0.01, 100 / peers) }
      const cycles = Math.max(10, Math.round(UPDATES / peers))
      const rounds = peers < 1_000_000 ? 3 : 1
      const job = { options, scale: 'standardise' as const, cycles, rounds, warmUp: rounds > 1, workers: 0 }
      const updatesPerSecond = median((await runSimulatorJob(job)).updatesPerSecond)
      measured.push({ simulator: NAME, peers, updatesPerSecond })
      report({ name: `scale.${peers}.updatesPerSecond`, value: updatesPerSecond, unit: 'updates/s' })
    }
    points = measured
  },
  async plot() {
    const x = { field: 'peers', type: 'quantitative', scale: { type: 'log' }, title: 'peers' } as const
    const y = {
      field: 'updatesPerSecond',
      type: 'quantitative',
      scale: { type: 'log' },
      title: 'updates per second',
    } as const
    const domain = [NAME, ...new Set(OTHERS.map(({ simulator }) => simulator))]
    const color = { field: 'simulator', type: 'nominal', scale: { domain, range: PLOT_COLOURS.slice(0, 3) } } as const
    return await renderSvg({
      width: 640,
      height: 380,
      title: {
        text: 'Gossip learning in a simulator: received, merged and trained models a second',
        subtitle: 'Spambase, 57 features; Hearsay: one row a peer. Quoted points come from another machine.',
      },
      layer: [
        { data: { values: [...points] }, mark: { type: 'line', point: true }, encoding: { x, y, color } },
        { data: { values: [...OTHERS] }, mark: { type: 'point', filled: true, size: 60 }, encoding: { x, y, color } },
      ],
    })
  },
}
