import { describePeerSampler, describeProtocol, type Population } from '@hearsay/testkit/conformance'
import { randomStream } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { type Creation, LinearLearner, Shards, shapeOf } from '@hearsay/learning'
import { GossipLearning, NewsCast, randomOutGraph, StaticGraph, UniformSampler } from '../src/index.ts'

const range = (length: number): number[] => Array.from({ length }, (_, i) => i)

/** Each peer knows the next three, by label. */
function ringOfThree({ size, numbers }: Population): StaticGraph {
  const neighbours = new Int32Array(3 * size)
  for (let label = 0; label < size; label++) {
    for (let i = 0; i < 3; i++) neighbours[3 * numbers[label] + i] = numbers[(label + 1 + i) % size]
  }
  return new StaticGraph(
    Int32Array.from({ length: size + 1 }, (_, peer) => 3 * peer),
    neighbours,
  )
}

/** Two rows a peer, which depend on its label. */
function shardsOf(kernels: Kernels, { size, numbers }: Population): Shards {
  const random = randomStream(77)
  const features = Float32Array.from({ length: size * 2 * 3 }, () => random.normal())
  const labels = Int32Array.from({ length: size * 2 }, (_, row) => row % 2)
  const assignment: number[][] = []
  for (let label = 0; label < size; label++) assignment[numbers[label]] = [2 * label, 2 * label + 1]
  return new Shards(kernels.memory, shapeOf('pegasos', 3, 2, true), { features, labels }, assignment)
}

function gossipLearning(creation: Creation, mergeWith: 'last' | 'current', votes: number) {
  return (population: Population) => {
    const kernels = createKernels({ backend: 'javascript' })
    const learner = new LinearLearner(kernels, shardsOf(kernels, population), {
      model: 'pegasos',
      lambda: 0.1,
      creation,
    })
    const sampler = ringOfThree(population)
    const peers = population.size
    const protocol = new GossipLearning({ peers, kernels, learner, sampler, mergeWith, votes, periodMs: 100 })
    const state = (label: number): unknown => {
      const peer = population.numbers[label]
      const models = protocol.votingModels(peer).map((at) => [...kernels.memory.float32.slice(at, at + 4)])
      return { models, age: protocol.ages[peer] }
    }
    return { protocol, memory: kernels.memory, state }
  }
}

describeProtocol('GossipLearning', gossipLearning('MU', 'last', 1))
describeProtocol('GossipLearning that keeps voters', gossipLearning('UM', 'last', 3))
describeProtocol('GossipLearning that merges with its current model', gossipLearning('MU', 'current', 1))

function newsCast({ size, numbers }: Population, viewSize: number): NewsCast {
  const { memory } = createKernels({ backend: 'javascript' })
  const protocol = new NewsCast({ peers: size, memory, viewSize, periodMs: 100 })
  for (let label = 0; label < size; label++) {
    for (let i = 1; i <= 3; i++) protocol.addContact(numbers[label], numbers[(label + i) % size])
  }
  return protocol
}

describeProtocol('NewsCast', (population) => {
  const { memory } = createKernels({ backend: 'javascript' })
  const protocol = new NewsCast({ peers: population.size, memory, viewSize: 4, periodMs: 100, descriptorAgeMax: 20 })
  const { size, numbers } = population
  for (let label = 0; label < size; label++) {
    for (let i = 1; i <= 3; i++) protocol.addContact(numbers[label], numbers[(label + i) % size])
  }
  return { protocol, memory, state: (label) => protocol.view(numbers[label]).map((peer) => numbers.indexOf(peer)) }
})

const inOrder = (size: number): Population => ({ size, numbers: range(size) })

describePeerSampler('NewsCast', (peers) => {
  const sampler = newsCast(inOrder(peers), 5)
  return { sampler, known: (self) => sampler.view(self) }
})

describePeerSampler('NewsCast with an empty view', (peers) => {
  const { memory } = createKernels({ backend: 'javascript' })
  const sampler = new NewsCast({ peers, memory, periodMs: 100, fallback: new UniformSampler(peers) })
  return { sampler, known: (self) => range(peers).filter((peer) => peer !== self) }
})

describePeerSampler('UniformSampler', (peers) => ({
  sampler: new UniformSampler(peers),
  known: (self) => range(peers).filter((peer) => peer !== self),
}))

describePeerSampler('StaticGraph', (peers) => {
  const sampler = randomOutGraph(peers, Math.min(3, peers - 1), randomStream(5))
  const { starts, neighbours } = sampler
  return { sampler, known: (self) => [...neighbours.slice(starts[self], starts[self + 1])] }
})
