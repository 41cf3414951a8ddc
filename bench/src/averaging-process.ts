import { createKernels } from '@hearsay/kernels'
import { PushPullAveraging, UniformSampler } from '@hearsay/protocols'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import type { AveragingJob, AveragingResult } from './averaging-job.ts'

// Push–pull averaging in a process of its own: every peer holds its own number, and all look for their mean.

const PERIOD_MS = 1000
const DELAY_MS = 10

function run({ peers, cycles, warmUpCycles }: AveragingJob): AveragingResult {
  const values = Float64Array.from({ length: peers }, (_, peer) => peer)
  const averaging = new PushPullAveraging({
    peers,
    sampler: new UniformSampler(peers),
    periodMs: PERIOD_MS,
    epochCycles: 1000,
    values,
  })
  const network = independentNetwork({ delay: { kind: 'constant', ms: DELAY_MS } })
  const simulation = new Simulation({ peers, seed: 1, kernels: createKernels(), protocols: [averaging], network })
  simulation.run(warmUpCycles * PERIOD_MS)
  const before = simulation.counters.timeouts
  const start = performance.now()
  simulation.run((warmUpCycles + cycles) * PERIOD_MS)
  const seconds = (performance.now() - start) / 1000
  const exchanges = simulation.counters.timeouts - before
  let deviation = 0
  const mean = (peers - 1) / 2
  for (let peer = 0; peer < peers; peer++) deviation += (averaging.estimate(peer) - mean) ** 2
  return {
    seconds,
    exchangesPerSecond: exchanges / seconds,
    // The values themselves have the variance (peers² − 1)/12.
    varianceLeft: deviation / peers / ((peers * peers - 1) / 12),
    megabytes: process.resourceUsage().maxRSS / 1000,
  }
}

process.once('message', (job: AveragingJob) => {
  process.send?.(run(job))
  process.disconnect()
})
