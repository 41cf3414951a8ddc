import {
  describeProtocol,
  type Population,
  type ProtocolFactory,
  type ProtocolFixture,
} from '@hearsay/testkit/conformance'
import {
  AntiEntropy,
  BackedUpRumors,
  BimodalMulticast,
  InfectAndDie,
  Lpbcast,
  ReplicaStore,
  RumorMongering,
  type RumorMongeringOptions,
} from '../../src/index.ts'
import { kernels, range, ringOfThree } from './support.ts'

const periodMs = 100

/** Every peer has an event of its own, 100 + its label. */
const events = range(8).map((label) => 100 + label)

function rumors(options: Partial<RumorMongeringOptions>): ProtocolFactory {
  return (population: Population) => {
    const { memory } = kernels()
    const { size, numbers } = population
    const sampler = ringOfThree(population)
    const protocol = new RumorMongering({ peers: size, memory, sampler, periodMs, contentWords: 2, k: 2, ...options })
    for (const [label, event] of events.entries()) protocol.publish(numbers[label], event, 0, [label, label])
    const state = (label: number): unknown =>
      events.map((event) => {
        const peer = numbers[label]
        const heardMs = protocol.heardMs(peer, event)
        return [heardMs, protocol.isHot(peer, event), protocol.sent(peer, event), protocol.dropped[peer]]
      })
    return { protocol, memory, state }
  }
}

describeProtocol('RumorMongering, push', rumors({}))
describeProtocol('RumorMongering, pull', rumors({ exchange: 'pull', stop: 'coin' }))
describeProtocol('RumorMongering, push–pull', rumors({ exchange: 'push-pull', minimization: true, rumors: 5 }))
describeProtocol('RumorMongering, blind', rumors({ feedback: false, stop: 'coin', k: 5, rumorsPerContact: 2 }))
describeProtocol('RumorMongering that hunts', rumors({ connectionLimit: 1, hunts: 2 }))

/** What a host does with replicas that are not the protocol's own. */
const sharing = (store: ReplicaStore): Pick<ProtocolFixture, 'forget' | 'persist'> => ({
  forget: ({ self }) => store.clear(self),
  persist: (archive) => store.persist(archive),
})

function replicas({ size, numbers }: Population) {
  const { memory } = kernels()
  const store = new ReplicaStore({ peers: size, memory, entries: 12, valueWords: 2 })
  const state = (label: number): unknown => {
    const peer = numbers[label]
    return store.ids(peer).map((id) => [id, store.timestamp(peer, id), [...store.value(peer, id)!]])
  }
  return { memory, store, state }
}

for (const exchange of ['push', 'pull', 'push-pull'] as const) {
  describeProtocol(`AntiEntropy, ${exchange}`, (population) => {
    const { memory, store, state } = replicas(population)
    for (const [label, id] of events.entries()) store.write(population.numbers[label], id, [label, -label], label)
    const sampler = ringOfThree(population)
    const protocol = new AntiEntropy({ memory, store, sampler, periodMs, exchange, digestEntries: 3, messageWords: 15 })
    return { protocol, memory, state }
  })
}

describeProtocol('RumorMongering, backed up', (population) => {
  const { memory, store, state } = replicas(population)
  const options = { peers: population.size, memory, store, sampler: ringOfThree(population) }
  const database = new BackedUpRumors({ ...options, rumors: { periodMs, k: 2 }, antiEntropy: { periodMs: 1000 } })
  for (const [label, id] of events.entries()) database.write(population.numbers[label], id, [label], label, 0)
  return { protocol: database.rumors, memory, state, ...sharing(store) }
})

describeProtocol('InfectAndDie', (population) => {
  const { memory } = kernels()
  const { size, numbers } = population
  const sampler = ringOfThree(population)
  const protocol = new InfectAndDie({ peers: size, memory, sampler, periodMs, fanout: 5, events: 6, contentWords: 1 })
  for (const [label, event] of events.entries()) protocol.publish(numbers[label], event, [label])
  const state = (label: number): unknown => [
    events.map((event) => protocol.knows(numbers[label], event)),
    protocol.delivered[numbers[label]],
    protocol.dropped[numbers[label]],
  ]
  return { protocol, memory, state }
})

describeProtocol('BimodalMulticast', (population) => {
  const { memory } = kernels()
  const { size, numbers } = population
  const graph = ringOfThree(population)
  const protocol = new BimodalMulticast({
    ...{ peers: size, memory, sampler: graph, periodMs, rounds: 40, events: 5, remembered: 20, contentWords: 1 },
    targets: (peer) => graph.neighbours.subarray(graph.starts[peer], graph.starts[peer + 1]),
  })
  for (const [label, event] of events.entries()) protocol.publish(numbers[label], event, [label])
  const state = (label: number): unknown => [
    events.map((event) => [protocol.knows(numbers[label], event), protocol.buffers(numbers[label], event)]),
    protocol.delivered[numbers[label]],
    protocol.repaired[numbers[label]],
  ]
  return { protocol, memory, state }
})

describeProtocol('Lpbcast', (population) => {
  const { memory } = kernels()
  const { size, numbers } = population
  const buffers = { viewSize: 3, subscriptions: 2, unsubscriptions: 2, events: 4, eventIds: 12 }
  const protocol = new Lpbcast({ peers: size, memory, periodMs, fanout: 2, contentWords: 1, ...buffers })
  for (const [label, event] of events.entries()) {
    for (let i = 1; i <= 3; i++) protocol.addContact(numbers[label], numbers[(label + i) % size])
    protocol.publish(numbers[label], event, [label])
  }
  const state = (label: number): unknown => [
    protocol.view(numbers[label]).map((peer) => numbers.indexOf(peer)),
    events.map((event) => protocol.knows(numbers[label], event)),
    protocol.delivered[numbers[label]],
    protocol.dropped[numbers[label]],
  ]
  return { protocol, memory, state }
})
