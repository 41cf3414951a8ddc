import { randomStream } from '@hearsay/core'
import { bareSwarm } from './network-bare.ts'
import { gossipSwarm } from './network-gossip.ts'
import { type Benchmark, median, medianRatio } from './measure.ts'
import type { MeasuredSwarm } from './measured-swarm.ts'

const PEERS = 16
const FEATURES = 57
/** Models that each peer has under way at any time: enough that no peer waits for another. */
const IN_FLIGHT = 64
const ROUNDS = 5
const ROUND_MS = 1500
const WARM_UP_MS = 1500

/** How fast a swarm moves models, in models a second, in each of a few rounds. */
async function ratesOf(swarm: MeasuredSwarm): Promise<number[]> {
  await elapse(WARM_UP_MS)
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const [before, started] = [swarm.received(), performance.now()]
    await elapse(ROUND_MS)
    rates.push(((swarm.received() - before) / (performance.now() - started)) * 1000)
  }
  return rates
}

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Sixteen peers that exchange models over TCP on loopback as fast as they can, in this process. */
export const networkBenchmark: Benchmark = {
  name: 'network',
  description: '16 libp2p peers on loopback: models a second, bytes a model, and the ratio to bare libp2p streams',
  async run(report) {
    const gossip = await gossipSwarm({ peers: PEERS, features: FEATURES, inFlight: IN_FLIGHT, random: randomStream(1) })
    const rates = await ratesOf(gossip)
    const bytes = gossip.bytesSent() / gossip.received()
    await gossip.stop()
    const bare = await bareSwarm({ peers: PEERS, frameBytes: Math.round(bytes), inFlight: IN_FLIGHT })
    const bareRates = await ratesOf(bare)
    await bare.stop()
    report({ name: 'network.16.modelsPerSecond', value: median(rates), unit: 'models/s' })
    report({ name: 'network.16.bytesPerModel', value: bytes, unit: 'B' })
    report({ name: 'network.16.bareModelsPerSecond', value: median(bareRates), unit: 'models/s' })
    report({ name: 'network.16.ratioToBareStream', value: medianRatio(rates, bareRates), unit: 'x' })
  },
}
