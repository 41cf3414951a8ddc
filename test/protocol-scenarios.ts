import type { Guard, Protocol } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import {
  type Codec,
  createBrahmsCodec,
  createCyclonCodec,
  createLpbcastCodec,
  createMessageCodec,
  createNewsCastCodec,
  createPeerSamplingCodec,
} from '@hearsay/peer'
import {
  AggregateGuard,
  AntiEntropy,
  BackedUpRumors,
  BimodalMulticast,
  Brahms,
  Counting,
  Cyclon,
  type EpochProtocol,
  Extrema,
  GossipShuffle,
  InfectAndDie,
  Lpbcast,
  Moments,
  NewsCast,
  PeerSampling,
  peerSamplingPreset,
  PushPullAveraging,
  PushSum,
  Quantiles,
  ReplicaGuard,
  ReplicaStore,
  RumorMongering,
  TopK,
} from '@hearsay/protocols'

// Every protocol, built for a population or for one peer alone: what tests hold against each other.

export const PERIOD_MS = 1000
const VIEW_SIZE = 5

/** Where a stack is built: `count` peers of `total`, from number `first` on, in rows 0, 1, … */
interface Site {
  readonly kernels: Kernels
  readonly first: number
  readonly count: number
  readonly total: number
  /** This host's integer of the peer with this number in the whole population; only once the stack runs in a host. */
  peerOf(number: number): number
  /** And back. */
  numberOf(peer: number): number
}

interface Mount {
  readonly protocol: Protocol
  readonly codec: Codec
  readonly guard?: Guard
}

/** A stack of protocols, and what is compared. */
interface Stack {
  readonly mounts: readonly Mount[]
  /** Gives the peer in a row, whose number is `number`, what it has at the start. */
  begin(row: number, number: number): void
  /** All that is known of the state of a row, peers by their numbers. */
  outcome(row: number): unknown
}

export interface ProtocolScenario {
  readonly name: string
  build(site: Site): Stack
}

function messages(name: string, payloadWordsMax: number): Codec {
  return createMessageCodec({ name, payloadWordsMax })
}

/** NewsCast below; peers join at peer 0. */
function overNewsCast(site: Site, upper: (sampler: NewsCast) => Partial<Stack> & Pick<Stack, 'mounts'>): Stack {
  const { count, kernels } = site
  const sampler = new NewsCast({ peers: count, memory: kernels.memory, periodMs: PERIOD_MS, viewSize: VIEW_SIZE })
  const { mounts, begin, outcome } = upper(sampler)
  return {
    mounts: [{ protocol: sampler, codec: createNewsCastCodec({ viewSize: VIEW_SIZE }) }, ...mounts],
    begin(row, number) {
      if (number > 0) sampler.addContact(row, site.peerOf(0))
      begin?.(row, number)
    },
    outcome: (row) => ({ view: sampler.view(row).map((peer) => site.numberOf(peer)), upper: outcome?.(row) }),
  }
}

/** Local values that are no round numbers. */
function valuesOf({ first, count }: Site): number[] {
  return Array.from({ length: count }, (_, row) => (first + row) / 7)
}

type Aggregating = EpochProtocol & { result?(row: number, component: number): unknown }

function aggregation(
  name: string,
  create: (common: Common, site: Site) => Aggregating,
  resultOf: (protocol: Aggregating, row: number) => unknown = (protocol, row) => protocol.result?.(row, 0),
): ProtocolScenario {
  return {
    name,
    build: (site) =>
      overNewsCast(site, (sampler) => {
        const { memory } = site.kernels
        const common = { peers: site.count, memory, periodMs: PERIOD_MS, sampler, epochCycles: 12 }
        const protocol = create({ ...common, values: valuesOf(site), range: { min: 0, max: 10 } }, site)
        return {
          mounts: [{ protocol, codec: messages(name, protocol.payloadWordsMax), guard: new AggregateGuard(protocol) }],
          outcome: (row) => ({ epoch: protocol.finishedEpoch(row), result: resultOf(protocol, row) }),
        }
      }),
  }
}

type Common = ConstructorParameters<typeof Extrema>[0] & { readonly values: number[] }

const AGGREGATIONS: readonly ProtocolScenario[] = [
  aggregation('mean', (common) => new PushPullAveraging(common)),
  aggregation('push-sum', (common) => new PushSum(common)),
  aggregation('count', (common) => new Counting({ ...common, instances: 4 })),
  aggregation('moments', (common) => new Moments(common)),
  aggregation('quantiles', (common) => new Quantiles({ ...common, thresholds: [0, 0.5, 1] })),
  aggregation(
    'extrema',
    (common) => new Extrema(common),
    (protocol, row) => [(protocol as Extrema).min(row), (protocol as Extrema).max(row)],
  ),
  aggregation('top-k', (common, { first, count }) => {
    return new TopK({ ...common, k: 3, ids: Array.from({ length: count }, (_, row) => 100 + first + row) })
  }),
]

/** Events 1000 … of the peers 0 … 2, each with two words. */
const EVENTS = [1000, 2 ** 40, 3000]
const CONTENT = [7, -7]

function dissemination(
  name: string,
  payloadWordsMax: number,
  create: (site: Site, sampler: NewsCast) => InfectAndDie | RumorMongering | BimodalMulticast,
): ProtocolScenario {
  return {
    name,
    build: (site) =>
      overNewsCast(site, (sampler) => {
        const protocol = create(site, sampler)
        return {
          mounts: [{ protocol, codec: messages(name, payloadWordsMax) }],
          begin(row, number) {
            if (number >= EVENTS.length) return
            if (protocol instanceof RumorMongering) protocol.publish(row, EVENTS[number], 0, CONTENT)
            else protocol.publish(row, EVENTS[number], CONTENT)
          },
          outcome: (row) => EVENTS.map((event) => protocol.knows(row, event)),
        }
      }),
  }
}

const DISSEMINATIONS: readonly ProtocolScenario[] = [
  dissemination('rumors', 2, ({ count: peers, kernels: { memory } }, sampler) => {
    const variant = { exchange: 'push-pull', minimization: true, connectionLimit: 2, hunts: 1 } as const
    return new RumorMongering({ peers, memory, sampler, periodMs: PERIOD_MS, contentWords: 2, ...variant })
  }),
  dissemination('infect-and-die', 2, ({ count: peers, kernels: { memory } }, sampler) => {
    return new InfectAndDie({ peers, memory, sampler, periodMs: PERIOD_MS, contentWords: 2, fanout: 4 })
  }),
  dissemination('bimodal', 16, (site, sampler) => {
    const { count: peers, total, kernels } = site
    // An event goes out to every second peer; gossip repairs the rest.
    const targets = (): number[] =>
      Array.from({ length: total }, (_, number) => number)
        .filter((number) => number % 2 === 0)
        .map((number) => site.peerOf(number))
    const common = { peers, memory: kernels.memory, sampler, periodMs: PERIOD_MS, targets }
    return new BimodalMulticast({ ...common, events: 8, contentWords: 2 })
  }),
  {
    name: 'lpbcast',
    build: (site) => {
      const { count: peers, kernels } = site
      const sizes = { subscriptions: 2, unsubscriptions: 2, events: 6, digest: 12, retrievals: 3, contentWords: 2 }
      const protocol = new Lpbcast({
        ...{ peers, memory: kernels.memory, periodMs: PERIOD_MS, viewSize: 4, eventIds: 12, ...sizes },
      })
      return {
        mounts: [{ protocol, codec: createLpbcastCodec(sizes) }],
        begin(row, number) {
          for (let other = 1; other <= 3; other++) protocol.addContact(row, site.peerOf((number + other) % site.total))
          if (number < EVENTS.length) protocol.publish(row, EVENTS[number], CONTENT)
        },
        outcome: (row) => ({
          view: protocol.view(row).map((peer) => site.numberOf(peer)),
          known: EVENTS.map((event) => protocol.knows(row, event)),
          delivered: protocol.delivered[row],
        }),
      }
    },
  },
]

/** Every peer writes an entry of its own and a common one; number 3 deletes its own. */
function writeEntries(row: number, number: number, { write, remove }: Pick<ReplicaStore, 'write' | 'remove'>): void {
  write(row, number, [number, number * number], 10 + number)
  write(row, 500, [number], 20 + (number % 3))
  if (number === 3) remove(row, 3, 99)
}

function entriesOf(store: ReplicaStore, row: number): unknown {
  return store.ids(row).map((id) => [id, store.timestamp(row, id), ...(store.value(row, id) ?? [])])
}

const REPLICAS: readonly ProtocolScenario[] = [
  {
    name: 'anti-entropy',
    build: (site) =>
      overNewsCast(site, (sampler) => {
        const { count: peers, kernels } = site
        const { memory } = kernels
        const store = new ReplicaStore({ peers, memory, entries: 32, valueWords: 2 })
        const protocol = new AntiEntropy({ memory, sampler, store, periodMs: PERIOD_MS, digestEntries: 4 })
        return {
          mounts: [
            { protocol, codec: messages('anti-entropy', 256), guard: new ReplicaGuard({ memory, valueWords: 2 }) },
          ],
          begin: (row, number) =>
            writeEntries(row, number, {
              write: (...entry) => store.write(...entry),
              remove: (...entry) => store.remove(...entry),
            }),
          outcome: (row) => entriesOf(store, row),
        }
      }),
  },
  {
    name: 'backed-up rumors',
    build: (site) =>
      overNewsCast(site, (sampler) => {
        const { count: peers, kernels } = site
        const { memory } = kernels
        const store = new ReplicaStore({ peers, memory, entries: 32, valueWords: 2 })
        const backedUp = new BackedUpRumors({
          ...{ peers, memory, sampler, store },
          rumors: { periodMs: PERIOD_MS, k: 1 },
          antiEntropy: { periodMs: 5 * PERIOD_MS },
        })
        return {
          mounts: [
            { protocol: backedUp.rumors, codec: messages('rumors-of-entries', 6) },
            { protocol: backedUp.antiEntropy, codec: messages('entries', 256) },
          ],
          begin: (row, number) =>
            writeEntries(row, number, {
              write: (...entry) => backedUp.write(...entry, 0),
              remove: (...entry) => backedUp.remove(...entry, 0),
            }),
          outcome: (row) => entriesOf(store, row),
        }
      }),
  },
]

interface Sampling extends Protocol {
  addContact(row: number, contact: number): void
  view(row: number): number[]
}

function sampling(name: string, create: (site: Site) => { protocol: Sampling; codec: Codec }): ProtocolScenario {
  return {
    name,
    build: (site) => {
      const { protocol, codec } = create(site)
      return {
        mounts: [{ protocol, codec }],
        begin(row, number) {
          for (let other = 1; other <= 4; other++) protocol.addContact(row, site.peerOf((number + other) % site.total))
        },
        outcome: (row) => protocol.view(row).map((peer) => site.numberOf(peer)),
      }
    },
  }
}

const SAMPLINGS: readonly ProtocolScenario[] = [
  ...(['blind', 'healer', 'swapper'] as const).map((preset) =>
    sampling(`peer sampling, ${preset}`, ({ count: peers, kernels: { memory } }) => {
      const common = { peers, memory, periodMs: PERIOD_MS, viewSize: 6, partnerShareMax: 0.5 }
      const protocol = new PeerSampling({ ...common, ...peerSamplingPreset(preset, 6) })
      return { protocol, codec: createPeerSamplingCodec({ viewSize: 6 }) }
    }),
  ),
  sampling('cyclon', ({ count: peers, kernels: { memory } }) => ({
    protocol: new Cyclon({ peers, memory, periodMs: PERIOD_MS, viewSize: 5, shuffleLength: 3 }),
    codec: createCyclonCodec({ shuffleLength: 3 }),
  })),
  sampling('brahms', (site) => {
    const { count: peers, kernels } = site
    const identityOf = (peer: number): number => site.numberOf(peer)
    return {
      protocol: new Brahms({ peers, memory: kernels.memory, periodMs: PERIOD_MS, viewSize: 6, identityOf }),
      codec: createBrahmsCodec({ viewSize: 6 }),
    }
  }),
]

const SHUFFLE: ProtocolScenario = {
  name: 'shuffle',
  build: (site) =>
    overNewsCast(site, (sampler) => {
      const { count: peers, kernels } = site
      const sizes = { items: 40, cacheSize: 10, exchangeSize: 4 }
      const protocol = new GossipShuffle({
        ...{ peers, memory: kernels.memory, sampler, periodMs: PERIOD_MS },
        ...sizes,
      })
      const { caches } = protocol
      return {
        mounts: [{ protocol, codec: messages('shuffle', 2) }],
        begin(row, number) {
          for (let item = 0; item < 10; item++) caches.insert(row, (7 * number + item) % sizes.items)
        },
        outcome: (row) => caches.heldBy(row),
      }
    }),
}

/** Every protocol of `@hearsay/protocols` but gossip learning, and SlottedShuffle, which is a model and sends nothing. */
export const PROTOCOL_SCENARIOS: readonly ProtocolScenario[] = [
  ...AGGREGATIONS,
  ...DISSEMINATIONS,
  ...REPLICAS,
  ...SAMPLINGS,
  SHUFFLE,
]
