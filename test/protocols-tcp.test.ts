import { randomStream } from '@hearsay/core'
import { createMessageCodec, type ProtocolPeer, startProtocolPeer } from '@hearsay/peer'
import { AggregateGuard, BackedUpRumors, Counting, PushPullAveraging, ReplicaStore } from '@hearsay/protocols'
import { afterAll, expect, test, vi } from 'vitest'
import { PATIENCE } from './patience.ts'

// One swarm on real sockets that samples peers, averages, counts and spreads rumors at once; then a third of it dies.

const PEERS = 18
const KILLED = 6
const PERIOD_MS = 200
const EPOCH_CYCLES = 12
const WORDS = 2

interface Member {
  readonly peer: ProtocolPeer
  readonly value: number
  readonly mean: PushPullAveraging
  readonly count: Counting
  readonly store: ReplicaStore
  readonly rumors: BackedUpRumors
}

const members: Member[] = []
afterAll(() => Promise.all(members.map(({ peer }) => peer.stop())))

async function start(index: number, startUnixMs: number, bootstrap: string[]): Promise<Member> {
  const value = 10 + index
  let built: Omit<Member, 'peer' | 'value'> | undefined
  const peer = await startProtocolPeer({
    ...{ bootstrap, startUnixMs, periodMs: PERIOD_MS, viewSize: 8, random: randomStream(1, index) },
    protocols: ({ memory, sampler }) => {
      const epochs = { peers: 1, periodMs: PERIOD_MS, sampler, epochCycles: EPOCH_CYCLES }
      const mean = new PushPullAveraging({ ...epochs, values: [value], range: { min: 0, max: 100 } })
      const count = new Counting({ ...epochs, memory })
      const store = new ReplicaStore({ peers: 1, memory, entries: 16, valueWords: WORDS })
      const rumors = new BackedUpRumors({
        ...{ peers: 1, memory, sampler, store, rumors: { periodMs: PERIOD_MS } },
        antiEntropy: { periodMs: 4 * PERIOD_MS },
      })
      built = { mean, count, store, rumors }
      return [
        { protocol: mean, codec: codecOf('mean', mean.payloadWordsMax), guard: new AggregateGuard(mean) },
        { protocol: count, codec: codecOf('count', count.payloadWordsMax), guard: new AggregateGuard(count) },
        { protocol: rumors.rumors, codec: codecOf('rumors', 4 + WORDS) },
        { protocol: rumors.antiEntropy, codec: codecOf('entries', 256) },
      ]
    },
  })
  if (built === undefined) throw new Error('no protocols were built')
  return { peer, value, ...built }
}

function codecOf(name: string, payloadWordsMax: number): ReturnType<typeof createMessageCodec> {
  return createMessageCodec({ name, payloadWordsMax })
}

/** Resolves when every member's last finished epoch, one after `epoch`, says how many they are and what their mean is. */
async function agreement(swarm: readonly Member[], epoch: number): Promise<void> {
  const truth = swarm.reduce((sum, { value }) => sum + value, 0) / swarm.length
  await vi.waitFor(() => {
    for (const { mean, count } of swarm) {
      expect(count.finishedEpoch(0)).toBeGreaterThan(epoch)
      expect(Math.abs(mean.result(0) / truth - 1)).toBeLessThan(0.01)
      expect(Math.abs(count.result(0) / swarm.length - 1)).toBeLessThan(0.1)
    }
  }, PATIENCE)
}

test('a swarm over TCP knows its mean and its size, hears of everything, and heals after a third has died', async () => {
  const startUnixMs = Date.now() + 2000
  members.push(await start(0, startUnixMs, []))
  const { addresses } = members[0].peer
  members.push(
    ...(await Promise.all(Array.from({ length: PEERS - 1 }, (_, i) => start(i + 1, startUnixMs, addresses)))),
  )
  await vi.waitFor(() => expect(members.every(({ peer }) => peer.view.length > 3)).toBe(true), PATIENCE)

  members[3].rumors.write(0, 42, [1, 2], 7, 0)
  await vi.waitFor(
    () => expect(members.map(({ store }) => Array.from(store.value(0, 42) ?? []))).toEqual(members.map(() => [1, 2])),
    PATIENCE,
  )
  await agreement(members, -1)

  const dead = members.slice(0, KILLED)
  const survivors = members.slice(KILLED)
  const epoch = Math.max(...survivors.map(({ count }) => count.epoch(0)))
  await Promise.all(dead.map(({ peer }) => peer.crash()))
  const names = new Set(dead.map(({ peer }) => peer.name))
  await vi.waitFor(
    () => expect(survivors.flatMap(({ peer }) => peer.view.filter((name) => names.has(name)))).toEqual([]),
    PATIENCE,
  )
  await agreement(survivors, epoch)
  // What is written now reaches the survivors without those through whom they have met.
  survivors[5].rumors.write(0, 43, [3], 8, 0)
  await vi.waitFor(() => expect(survivors.every(({ store }) => store.value(0, 43)?.[0] === 3)).toBe(true), PATIENCE)

  // Nobody has sent anything that an honest peer does not send.
  for (const { peer } of survivors) {
    for (const { refused, faults } of peer.counters.protocols.values()) {
      expect({ refused: [...refused], faults }).toEqual({ refused: [], faults: 0 })
    }
  }
})
