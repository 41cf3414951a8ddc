import { RandomStreams } from '@hearsay/core'
import type { Claim } from '../../src/experiment/claim.ts'
import type { ReferencePoint } from '../../src/experiment/reference-point.ts'
import type { CellResult, Results } from '../../src/results/results.ts'
import type { Measurement, Metric, PeerMeasurement, TrialResult } from '../../src/trial/trial-result.ts'

/** What made-up results are like; every number follows from these. */
export interface SyntheticOptions {
  readonly name?: string
  readonly title?: string
  readonly contestants?: readonly string[]
  readonly axes?: Readonly<Record<string, readonly string[]>>
  readonly seeds?: number
  readonly peers?: number
  readonly measureAt?: readonly number[]
  readonly references?: readonly ReferencePoint[]
  readonly claims?: readonly Claim[]
  readonly metric?: Metric
  /** The text of the experiment's file. */
  readonly text?: string
  readonly description?: string
  /** Whether it ran over a real network. */
  readonly networked?: boolean
  readonly reduced?: boolean
  /** Which of the cells have been run. */
  readonly hasRun?: (cell: { readonly contestant: string; readonly seed: number }, index: number) => boolean
}

const ERROR: Metric = { name: 'error', label: '0–1 error on held-out rows', scale: 'linear' }

/** Error in the end, cycles until half of the way there, bytes a peer sends in a cycle, and whether it has a server. */
const CONTESTANTS: readonly (readonly [plateau: number, half: number, bytes: number, server: boolean])[] = [
  [0.066, 9, 264, false],
  [0.061, 3, 528, true],
  [0.19, 30, 0, false],
  [0.058, 1, 0, true],
]

export function syntheticResults(options: SyntheticOptions = {}): Results {
  const { contestants = ['gossip', 'federated', 'isolated', 'centralised'], axes = {}, seeds = 5 } = options
  const { name = 'synthetic', title = 'Gossip against federated on Spambase', text = 'name: synthetic\n' } = options
  const { peers = 20, measureAt = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], metric = ERROR } = options
  const traceHash = options.networked === true ? '' : '00c0ffee'
  const settings = Object.entries(axes).reduce<Record<string, string>[]>(
    (partial, [axis, levels]) => partial.flatMap((one) => levels.map((level) => ({ ...one, [axis]: level }))),
    [{}],
  )
  const all = settings.flatMap((levels, setting) =>
    contestants.flatMap((contestant, i) =>
      Array.from({ length: seeds }, (_, at) => ({ levels, setting, contestant, i, seed: at + 1 })),
    ),
  )
  const cells = all.map(({ levels, setting, contestant, i, seed }): CellResult => {
    const shape = CONTESTANTS[i % CONTESTANTS.length]
    const id = `${setting}${i}${seed}`.padStart(8, '0')
    return {
      id,
      contestant,
      levels,
      seed,
      result: trial(shape, setting, seed, i, { peers, measureAt, metric, traceHash }),
    }
  })
  const { references = [], claims = [], description, hasRun = () => true, reduced = false } = options
  const experiment = { name, title, contestants, axes, references, claims, reduced }
  return {
    manifest: {
      format: 1,
      experiment: {
        ...experiment,
        ...(description === undefined ? {} : { description }),
        file: { path: 'experiments/synthetic.yaml', text },
      },
      cells: cells.map(({ id, contestant, levels, seed }) => ({ id, contestant, levels, seed })),
      code: { version: '0.1.0', digest: '4f9c2a7be01d', commit: '0123456789abcdef0123456789abcdef01234567' },
      machine: { node: 'v24.21.0', platform: 'linux x64', cpu: 'Example CPU', cores: 2, memoryBytes: 8e9 },
      command: 'npx hearsay experiment run experiments/synthetic.yaml',
    },
    cells: cells.filter(hasRun),
  }
}

type Shape = (typeof CONTESTANTS)[number]
type Sizes = Required<Pick<SyntheticOptions, 'peers' | 'measureAt' | 'metric'>> & Pick<TrialResult, 'traceHash'>

function trial(shape: Shape, setting: number, seed: number, contestant: number, sizes: Sizes): TrialResult {
  const { peers, measureAt, metric, traceHash } = sizes
  const [plateau, half, bytes, server] = shape
  const all = peers + (server ? 1 : 0)
  const random = new RandomStreams(1, 1000 * seed + 10 * setting + contestant).at(0)
  const noise = (): number => random.float64() - 0.5
  const shift = 0.003 * noise() + 0.002 * Math.floor(contestant / CONTESTANTS.length)
  const series = measureAt.map((cycle): Measurement => {
    const left = 1 / (1 + (cycle / (half * (1 + setting))) ** 1.3)
    const mean = plateau + shift + left * (0.4 - plateau) + 0.004 * left * noise()
    const sd = 0.004 + 0.05 * left
    return {
      ...{ cycle, mean, sd, min: mean - 2 * sd, q10: mean - 1.2 * sd, median: mean - 0.1 * sd },
      ...{ q90: mean + 1.3 * sd, max: mean + 2.6 * sd, timeMs: cycle * 172_800, measured: all, online: all },
      ...{ age: cycle * 10, messages: bytes === 0 ? 0 : cycle * peers, bytes: cycle * peers * bytes },
      steps: Math.round(cycle * peers * 40 * (1 + 0.05 * noise())),
    }
  })
  const end = series[series.length - 1]
  return { metric, series, peers: peerRows(shape, server, peers, end, noise), traceHash }
}

function peerRows([, , bytes]: Shape, server: boolean, peers: number, end: Measurement, noise: () => number) {
  return Array.from({ length: peers + (server ? 1 : 0) }, (_, peer): PeerMeasurement => {
    const coordinates = peer === peers
    const load = bytes * end.cycle * (coordinates ? peers : 1) * (1 + 0.2 * noise())
    return {
      ...{ peer, role: coordinates ? 'server' : 'peer', value: end.mean + end.sd * noise(), age: end.age },
      ...{ steps: end.steps / peers, rows: coordinates ? 0 : 40, messagesSent: end.cycle, messagesReceived: end.cycle },
      ...{ bytesSent: Math.round(load), bytesReceived: Math.round(load * (1 + 0.1 * noise())) },
    }
  })
}
