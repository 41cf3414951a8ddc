import {
  AntiEntropy,
  BackedUpRumors,
  InfectAndDie,
  ReplicaStore,
  RumorMongering,
  UniformSampler,
} from '@hearsay/protocols'
import { type FaultSetting, type FaultSubject, type Invariant, knowledgeMonotone } from '@hearsay/simulator'

const ITEMS = [1, 2, 3, 4]

/** What knows of rumors, and can be told one. */
interface Rumors {
  knows(peer: number, rumor: number): boolean
  publish(peer: number, rumor: number): unknown
}

/** Tells each rumor to one peer, and holds against each peer what it knows. There is room for all of them. */
function spreadRumors(rumors: Rumors, { peers, random }: FaultSetting): Invariant {
  for (const rumor of ITEMS) rumors.publish(random.below(peers), rumor)
  return knowledgeMonotone({ peers, items: ITEMS, level: (peer, rumor) => (rumors.knows(peer, rumor) ? 1 : 0) })
}

function rumorSubject(exchange: 'push' | 'pull' | 'push-pull'): FaultSubject {
  return {
    name: `rumor-${exchange}`,
    build: (setting) => {
      const { peers, periodMs, kernels, random } = setting
      const rumors = new RumorMongering({
        ...{ peers, periodMs, exchange, memory: kernels.memory, k: 1 + random.below(3) },
        stop: random.below(2) === 0 ? 'counter' : 'coin',
        sampler: new UniformSampler(peers),
      })
      return { protocols: [rumors], invariants: [spreadRumors(rumors, setting)] }
    },
  }
}

const infectAndDieSubject: FaultSubject = {
  name: 'infect-and-die',
  build: (setting) => {
    const { peers, periodMs, kernels } = setting
    const sampler = new UniformSampler(peers)
    const infection = new InfectAndDie({ peers, periodMs, memory: kernels.memory, sampler, fanout: 3 })
    return { protocols: [infection], invariants: [spreadRumors(infection, setting)] }
  },
}

/** Writes some versions of each entry, each at some peer, and holds against each replica which of them it has. */
function spreadVersions(
  write: (peer: number, id: number, timestamp: number) => void,
  store: ReplicaStore,
  { peers, random }: FaultSetting,
): Invariant {
  for (const id of ITEMS) {
    for (let timestamp = 1; timestamp <= 3; timestamp++) write(random.below(peers), id, timestamp)
  }
  return knowledgeMonotone({ peers, items: ITEMS, level: (peer, id) => store.timestamp(peer, id) })
}

const antiEntropySubject: FaultSubject = {
  name: 'anti-entropy',
  build: (setting) => {
    const { peers, periodMs, kernels } = setting
    const { memory } = kernels
    const store = new ReplicaStore({ peers, memory, entries: 8, valueWords: 2 })
    const protocol = new AntiEntropy({ memory, store, periodMs, digestEntries: 2, sampler: new UniformSampler(peers) })
    const write = (peer: number, id: number, timestamp: number): void => {
      store.write(peer, id, [peer, timestamp], timestamp)
    }
    return { protocols: [protocol], invariants: [spreadVersions(write, store, setting)] }
  },
}

const backedUpRumorsSubject: FaultSubject = {
  name: 'backed-up-rumors',
  build: (setting) => {
    const { peers, periodMs, kernels, random } = setting
    const { memory } = kernels
    const store = new ReplicaStore({ peers, memory, entries: 8, valueWords: 2 })
    const backed = new BackedUpRumors({
      ...{ peers, memory, store, sampler: new UniformSampler(peers), redistribute: random.below(2) === 0 },
      rumors: { periodMs, rumors: 16 },
      antiEntropy: { periodMs: 3 * periodMs },
    })
    const write = (peer: number, id: number, timestamp: number): void => {
      backed.write(peer, id, [peer, timestamp], timestamp, 0)
    }
    const invariants = [spreadVersions(write, store, setting)]
    return { protocols: [backed.rumors, backed.antiEntropy], invariants }
  },
}

export const disseminationSubjects: readonly FaultSubject[] = [
  rumorSubject('push'),
  rumorSubject('pull'),
  rumorSubject('push-pull'),
  infectAndDieSubject,
  antiEntropySubject,
  backedUpRumorsSubject,
]
