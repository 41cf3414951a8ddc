import { randomStream } from '@hearsay/core'
import {
  createFederatedParts,
  type FederatedAlgorithm,
  type FederatedFormat,
  FederatedLearning,
} from '@hearsay/federated'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { modelShape, Shards } from '@hearsay/learning'
import {
  AddressBook,
  createFederatedCodec,
  MemoryNetwork,
  memoryPeerName,
  ProtocolHost,
  VirtualClock,
} from '@hearsay/peer'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { describe, expect, test } from 'vitest'

// One protocol code base for federated learning, too: peer 0 is the server, and trains like the others.

const FEATURES = 9
const SHAPE = modelShape(FEATURES, 2, true)
const LEARNER = { model: 'logistic', lambda: 1e-2, eta: 5 } as const

interface Scenario extends FederatedFormat {
  readonly peers: number
  readonly rounds: number
  readonly seed: number
  readonly delayMs: number
  readonly algorithm: FederatedAlgorithm
  readonly fraction?: number
}

const ROUND_MS = 200

/** Rows of two overlapping clouds; what matters is that they are the same on both sides. */
function rowsOf(peer: number): { features: Float32Array; labels: Int32Array } {
  const random = randomStream(98, peer)
  const labels = Int32Array.from({ length: 3 + (peer % 4) }, () => random.below(2))
  const features = Float32Array.from({ length: labels.length * FEATURES }, (_, i) => {
    return random.normal() + (labels[Math.floor(i / FEATURES)] === 1 ? 0.7 : -0.7)
  })
  return { features, labels }
}

/** Federated learning of hosted peers `first` … `first + count − 1`, each with its own rows. */
function learningOf(kernels: Kernels, scenario: Scenario, first: number, count: number, server: number) {
  const parts = Array.from({ length: count }, (_, i) => rowsOf(first + i))
  const data = {
    features: Float32Array.from(parts.flatMap(({ features }) => [...features])),
    labels: Int32Array.from(parts.flatMap(({ labels }) => [...labels])),
  }
  let next = 0
  const assignment = parts.map(({ labels }) => Array.from(labels, () => next++))
  const shards = new Shards(kernels.memory, SHAPE, data, assignment)
  const { exchange, weights, modelWeights, fraction, algorithm, peers } = scenario
  return new FederatedLearning({
    ...createFederatedParts(kernels, shards, LEARNER, algorithm),
    ...{ peers: count, clientsMax: peers, kernels, server, serverTrains: true },
    ...{ fraction, roundMs: ROUND_MS, exchange, weights, modelWeights },
  })
}

/** The outcome of a peer: its age, its round, its steps, and the bits of its weights. */
function outcome(kernels: Kernels, learning: FederatedLearning, row: number): unknown {
  const model = learning.model(row)
  const bits = Array.from(kernels.memory.int32.subarray(model, model + SHAPE.words))
  return { age: learning.ages[row], round: learning.round(row), steps: learning.steps[row], bits }
}

function simulate(scenario: Scenario): unknown[] {
  const { peers, seed, delayMs, rounds } = scenario
  const kernels = createKernels()
  const learning = learningOf(kernels, scenario, 0, peers, 0)
  const network = independentNetwork({ delay: { kind: 'constant', ms: delayMs } })
  new Simulation({ peers, seed, kernels, protocols: [learning], network }).run(rounds * ROUND_MS)
  return Array.from({ length: peers }, (_, peer) => outcome(kernels, learning, peer))
}

/** The same with one host for each peer, with a memory and an address book of its own, over encoded frames. */
async function deploy(scenario: Scenario): Promise<unknown[]> {
  const { peers, seed, delayMs, rounds, exchange, weights, modelWeights } = scenario
  const clock = new VirtualClock()
  const network = new MemoryNetwork({ clock, delay: delayMs })
  const hosts = Array.from({ length: peers }, (_, peer) => {
    const kernels = createKernels()
    const transport = network.createTransport(memoryPeerName(peer))
    const addressBook = new AddressBook({ self: memoryPeerName(peer) })
    const learning = learningOf(kernels, scenario, peer, 1, addressBook.intern(memoryPeerName(0)))
    const format = { exchange, weights, modelWeights }
    const codec = createFederatedCodec({ outputs: SHAPE.outputs, dimension: SHAPE.dimension, ...format })
    const host = new ProtocolHost({
      ...{ transport, clock, memory: kernels.memory, random: randomStream(seed, peer), addressBook },
      protocols: [{ protocol: learning, codec }],
      onRefusal: (refusal) => {
        throw new Error(`refused: ${JSON.stringify(refusal)}`)
      },
      onFault: ({ error }) => {
        throw error
      },
    })
    return { kernels, learning, host, transport }
  })
  for (const { transport } of hosts) await transport.start()
  for (const { host } of hosts) host.start()
  clock.run(rounds * ROUND_MS - 1)
  return hosts.map(({ kernels, learning }) => outcome(kernels, learning, 0))
}

describe('a federated run in the simulator and one of peers on the wire', () => {
  test.each<Scenario>([
    { peers: 8, rounds: 30, seed: 1, delayMs: 40, algorithm: { kind: 'fedavg', epochs: 2 } },
    { peers: 9, rounds: 30, seed: 3, delayMs: 0, algorithm: { kind: 'fedsgd' }, fraction: 0.4 },
    {
      ...{ peers: 7, rounds: 30, seed: 5, delayMs: 70, algorithm: { kind: 'fedprox', mu: 0.1 }, fraction: 0.6 },
      ...{ exchange: { kind: 'subsampled', share: 0.5 }, weights: 'float16', modelWeights: 'int8' },
    },
    { peers: 6, rounds: 25, seed: 7, delayMs: 99, algorithm: { kind: 'fedadam' }, weights: 'int8' },
  ])('give bit for bit the same models: $algorithm.kind, $peers peers, delay $delayMs ms', async (scenario) => {
    const simulated = simulate(scenario)
    expect(await deploy(scenario)).toEqual(simulated)
    for (const peer of simulated) expect((peer as { steps: number }).steps).toBeGreaterThan(10)
  })

  test('differ for another seed, where clients are drawn', async () => {
    const scenario: Scenario = {
      peers: 8,
      rounds: 10,
      seed: 1,
      delayMs: 40,
      algorithm: { kind: 'fedavg' },
      fraction: 0.5,
    }
    expect(await deploy({ ...scenario, seed: 2 })).not.toEqual(simulate(scenario))
  })
})
