import { randomStream } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { RecordingContext } from '@hearsay/testkit'
import { describePeerSampler, describeProtocol, type Population } from '@hearsay/testkit/conformance'
import {
  Brahms,
  type BrahmsOptions,
  Cyclon,
  PeerSampling,
  type PeerSamplingPolicy,
  peerSamplingPreset,
  UniformSampler,
} from '../../src/index.ts'

const range = (length: number): number[] => Array.from({ length }, (_, i) => i)

interface Contacted {
  addContact(peer: number, contact: number): void
  view(peer: number): readonly number[]
}

/** Each peer knows the next three, or as many as told, by label. */
function introduce<S extends Contacted>(sampler: S, { size, numbers }: Population, contacts = 3): S {
  for (let label = 0; label < size; label++) {
    for (let i = 1; i <= contacts; i++) sampler.addContact(numbers[label], numbers[(label + i) % size])
  }
  return sampler
}

const labelsOf =
  (sampler: Contacted, { numbers }: Population) =>
  (label: number): number[] =>
    sampler.view(numbers[label]).map((peer) => numbers.indexOf(peer))

const policies: readonly [name: string, policy: PeerSamplingPolicy & { readonly partnerShareMax?: number }][] = [
  ['that is blind', peerSamplingPreset('blind', 6)],
  ['that heals', peerSamplingPreset('healer', 6)],
  ['that swaps, and asks the oldest', { ...peerSamplingPreset('swapper', 6), selection: 'oldest' }],
  ['that only pushes', { propagation: 'push' }],
  ['that resists hubs', { partnerShareMax: 0.5, healing: 1, swap: 1 }],
]

for (const [name, policy] of policies) {
  describeProtocol(`PeerSampling ${name}`, (population) => {
    const memory = new BufferMemory(4096)
    const options = { peers: population.size, memory, viewSize: 6, periodMs: 100, ...policy }
    const protocol = introduce(new PeerSampling(options), population)
    return { protocol, memory, state: labelsOf(protocol, population) }
  })
}

describeProtocol('Cyclon', (population) => {
  const memory = new BufferMemory(4096)
  const options = { peers: population.size, memory, viewSize: 4, shuffleLength: 3, periodMs: 100 }
  const protocol = introduce(new Cyclon(options), population)
  return { protocol, memory, state: labelsOf(protocol, population) }
})

describeProtocol('Brahms', (population) => {
  const memory = new BufferMemory(4096)
  const { size, numbers } = population
  const identityOf = (peer: number): number => numbers.indexOf(peer)
  const protocol = introduce(new Brahms({ peers: size, memory, viewSize: 5, periodMs: 100, identityOf }), population, 5)
  const viewOf = labelsOf(protocol, population)
  const samplesOf = labelsOf({ addContact: () => undefined, view: (peer) => protocol.samples(peer) }, population)
  return { protocol, memory, state: (label) => [viewOf(label), samplesOf(label)] }
})

const inOrder = (size: number): Population => ({ size, numbers: range(size) })
const everybodyBut =
  (peers: number) =>
  (self: number): number[] =>
    range(peers).filter((peer) => peer !== self)

describePeerSampler('PeerSampling', (peers) => {
  const memory = new BufferMemory(256)
  const sampler = introduce(new PeerSampling({ peers, memory, viewSize: 6, periodMs: 100 }), inOrder(peers))
  return { sampler, known: (self) => sampler.view(self) }
})

describePeerSampler('PeerSampling with an empty view', (peers) => {
  const memory = new BufferMemory(256)
  const sampler = new PeerSampling({ peers, memory, periodMs: 100, fallback: new UniformSampler(peers) })
  return { sampler, known: everybodyBut(peers) }
})

describePeerSampler('Cyclon', (peers) => {
  const memory = new BufferMemory(256)
  const sampler = introduce(new Cyclon({ peers, memory, viewSize: 4, periodMs: 100 }), inOrder(peers))
  return { sampler, known: (self) => sampler.view(self) }
})

describePeerSampler('Cyclon with an empty view', (peers) => {
  const memory = new BufferMemory(256)
  const sampler = new Cyclon({ peers, memory, periodMs: 100, fallback: new UniformSampler(peers) })
  return { sampler, known: everybodyBut(peers) }
})

function brahms(peers: number, options: Partial<BrahmsOptions> = {}): Brahms {
  return new Brahms({ peers, memory: new BufferMemory(256), viewSize: 6, periodMs: 100, ...options })
}

describePeerSampler('Brahms before it starts', (peers) => {
  const sampler = introduce(brahms(peers), inOrder(peers))
  return { sampler, known: (self) => sampler.view(self) }
})

describePeerSampler('Brahms', (peers) => {
  const sampler = introduce(brahms(peers), inOrder(peers))
  for (const self of range(peers)) {
    sampler.onStart(new RecordingContext(new BufferMemory(64), self, randomStream(9, self).uint32()))
  }
  return { sampler, known: (self) => [...new Set(sampler.samples(self))] }
})

describePeerSampler('Brahms with an empty view', (peers) => {
  const sampler = brahms(peers, { fallback: new UniformSampler(peers) })
  return { sampler, known: everybodyBut(peers) }
})
