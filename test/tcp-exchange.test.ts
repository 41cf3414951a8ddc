import { randomStream } from '@hearsay/core'
import { fitScaling, largestNorm, partition, selectRows } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { type LearningPeer, type RunSettings, startLearningPeer } from '@hearsay/peer'
import { afterEach, describe, expect, test } from 'vitest'

// Real sockets: models that travel in parts, in fewer bytes and by token accounts are learned from all the same.

const PEERS = 4
const PERIOD_MS = 100
const ROWS_PER_PEER = 60

const peers: LearningPeer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.stop()))
})

const split = await loadBuiltinDataset('spambase')
const scaling = fitScaling(split.train, 'standardise')
const shards = partition(split.train, PEERS, { kind: 'iid', seed: 2 }).map((rows) => rows.slice(0, ROWS_PER_PEER))
const rowNormMax = largestNorm(split.train, scaling)

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Runs a swarm until each peer has received so many models: how many cycles that takes, is up to the machine. */
async function runSwarm(modelsMin: number, settings: RunSettings) {
  const run: RunSettings = {
    ...{ lambda: 0.01, periodMs: PERIOD_MS, cycles: 100_000, scaling, rowsMax: ROWS_PER_PEER, rowNormMax },
    ...settings,
  }
  const startPeer = (index: number, bootstrap: string[]) =>
    startLearningPeer({
      ...{
        rows: selectRows(split.train, shards[index]),
        heldOut: split.test,
        random: randomStream(4, index),
        bootstrap,
      },
      ...(index === 0 ? { run } : {}),
    })
  peers.push(await startPeer(0, []))
  peers.push(...(await Promise.all(shards.slice(1).map((_, i) => startPeer(i + 1, peers[0].addresses)))))
  await Promise.all(peers.map((peer) => hasReceived(peer, modelsMin)))
  await Promise.all(peers.map((peer) => peer.stop()))
  const ends = await Promise.all(peers.map((peer) => peer.finished))
  for (const { refused, final } of ends) expect({ refused, final }).toEqual({ refused: 0, final: true })
  return {
    gossip: mean(ends.map(({ error }) => error ?? Number.NaN)),
    isolated: mean(ends.map(({ isolatedError }) => isolatedError ?? Number.NaN)),
    sent: Math.max(...ends.map(({ modelsOut }) => modelsOut)),
    cycles: Math.max(...ends.map(({ cycle }) => cycle)),
  }
}

async function hasReceived(peer: LearningPeer, models: number): Promise<void> {
  for await (const { modelsIn } of peer.progress()) if (modelsIn >= models) return
  throw new Error(`the run ended before ${models} models had come`)
}

describe('a swarm over TCP', () => {
  test('learns from float16 parts that randomized token accounts let through', async () => {
    const parts = 10
    const { gossip, isolated, sent, cycles } = await runSwarm(15 * parts, {
      ...{ exchange: { kind: 'partitioned', parts }, weights: 'float16' },
      ...{ flow: { kind: 'randomized', reserve: 2, capacity: 4 } },
    })
    expect(gossip).toBeLessThan(isolated)
    // One message a part and cycle, but for those that the accounts have saved up.
    expect(sent).toBeLessThanOrEqual(parts * (cycles + 3))
  })

  test('learns from int8 subsets by the limited merge', async () => {
    const { gossip, isolated } = await runSwarm(20, {
      ...{ exchange: { kind: 'subsampled', share: 0.5 }, weights: 'int8' },
      ...{ merge: 'limited', mergeGap: 10 * ROWS_PER_PEER },
    })
    expect(gossip).toBeLessThan(isolated)
  })
})
