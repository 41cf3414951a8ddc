import { randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { LinearLearner, modelShape, Shards } from '@hearsay/learning'
import {
  createModelCodec,
  createNewsCastCodec,
  MemoryNetwork,
  memoryPeerName,
  ProtocolHost,
  VirtualClock,
} from '@hearsay/peer'
import { GossipLearning, NewsCast } from '@hearsay/protocols'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'

// One protocol code base: what the simulator says of a run is what peers do that talk over the wire.

const FEATURES = 13
const SHAPE = modelShape(FEATURES, 2, true)
const PERIOD_MS = 1000
const VIEW_SIZE = 5

interface Scenario {
  readonly peers: number
  readonly cycles: number
  readonly seed: number
  readonly delayMs: number
  readonly mergeWith: 'last' | 'current'
}

/** Rows of two overlapping clouds; what matters is that they are the same on both sides. */
function rowsOf(peer: number): { features: Float32Array; labels: Int32Array } {
  const random = randomStream(99, peer)
  const labels = Int32Array.from({ length: 3 + (peer % 4) }, () => random.below(2))
  const features = Float32Array.from({ length: labels.length * FEATURES }, (_, i) => {
    return random.normal() + (labels[Math.floor(i / FEATURES)] === 1 ? 0.7 : -0.7)
  })
  return { features, labels }
}

/** The stack of hosted peers `first` … `first + count − 1` of the scenario, each with its own rows. */
function stackOf(kernels: Kernels, scenario: Scenario, first: number, count: number) {
  const parts = Array.from({ length: count }, (_, i) => rowsOf(first + i))
  const data = {
    features: Float32Array.from(parts.flatMap(({ features }) => [...features])),
    labels: Int32Array.from(parts.flatMap(({ labels }) => [...labels])),
  }
  let next = 0
  const assignment = parts.map(({ labels }) => Array.from(labels, () => next++))
  const shards = new Shards(kernels.memory, SHAPE, data, assignment)
  const learner = new LinearLearner(kernels, shards, { model: 'pegasos', lambda: 1e-2 })
  const newscast = new NewsCast({ peers: count, memory: kernels.memory, periodMs: PERIOD_MS, viewSize: VIEW_SIZE })
  const { mergeWith } = scenario
  const gossip = new GossipLearning({
    peers: count,
    kernels,
    learner,
    sampler: newscast,
    periodMs: PERIOD_MS,
    mergeWith,
  })
  return { newscast, gossip }
}

/** The outcome of a peer: its age, how many models it has used, and the bits of its weights. */
function outcome(kernels: Kernels, gossip: GossipLearning, row: number): unknown {
  const model = gossip.model(row)
  const bits = Array.from(kernels.memory.int32.subarray(model, model + SHAPE.words))
  return { age: gossip.ages[row], received: gossip.received[row], bits }
}

function simulate(scenario: Scenario): unknown[] {
  const kernels = createKernels()
  const { newscast, gossip } = stackOf(kernels, scenario, 0, scenario.peers)
  for (let peer = 1; peer < scenario.peers; peer++) newscast.addContact(peer, 0)
  const simulation = new Simulation({
    peers: scenario.peers,
    seed: scenario.seed,
    kernels,
    protocols: [newscast, gossip],
    network: independentNetwork({ delay: { kind: 'constant', ms: scenario.delayMs } }),
  })
  simulation.run(scenario.cycles * PERIOD_MS)
  return Array.from({ length: scenario.peers }, (_, peer) => outcome(kernels, gossip, peer))
}

/** The same scenario with one host per peer, each with a memory and an address book of its own, over encoded frames. */
async function deploy(scenario: Scenario): Promise<unknown[]> {
  const clock = new VirtualClock()
  const network = new MemoryNetwork({ clock, delay: scenario.delayMs })
  const peers = []
  for (let peer = 0; peer < scenario.peers; peer++) {
    const kernels = createKernels()
    const { newscast, gossip } = stackOf(kernels, scenario, peer, 1)
    const transport = network.createTransport(memoryPeerName(peer))
    const host = new ProtocolHost({
      transport,
      clock,
      memory: kernels.memory,
      random: randomStream(scenario.seed, peer),
      protocols: [
        { protocol: newscast, codec: createNewsCastCodec({ viewSize: VIEW_SIZE }) },
        { protocol: gossip, codec: createModelCodec({ outputs: SHAPE.outputs, dimension: SHAPE.dimension }) },
      ],
      onFault: ({ error }) => {
        throw error
      },
    })
    if (peer > 0) newscast.addContact(0, host.peers.intern(memoryPeerName(0)))
    peers.push({ kernels, gossip, host, transport })
  }
  for (const { transport } of peers) await transport.start()
  for (const { host } of peers) host.start()
  clock.run(scenario.cycles * PERIOD_MS - 1)
  return peers.map(({ kernels, gossip }) => outcome(kernels, gossip, 0))
}

describe('a run in the simulator and one of peers on the wire', () => {
  test.each<Scenario>([
    { peers: 8, cycles: 60, seed: 1, delayMs: 40, mergeWith: 'last' },
    { peers: 13, cycles: 60, seed: 7, delayMs: 0, mergeWith: 'last' },
    { peers: 12, cycles: 50, seed: 3, delayMs: 1000, mergeWith: 'current' },
  ])('give bit for bit the same models: $peers peers, delay $delayMs ms, seed $seed', async (scenario) => {
    const simulated = simulate(scenario)
    const deployed = await deploy(scenario)
    expect(deployed).toEqual(simulated)
    for (const peer of simulated) expect((peer as { received: number }).received).toBeGreaterThan(10)
  })

  test('differ for another seed', async () => {
    const scenario: Scenario = { peers: 8, cycles: 50, seed: 1, delayMs: 40, mergeWith: 'last' }
    expect(await deploy({ ...scenario, seed: 2 })).not.toEqual(simulate(scenario))
  })
})
