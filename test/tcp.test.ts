import { randomStream } from '@hearsay/core'
import { applyScaling, fitScaling, largestNorm, partition, selectRows } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { createKernels } from '@hearsay/kernels'
import { Evaluator, LinearLearner, loadRows, shapeOf, Shards } from '@hearsay/learning'
import { type LearningPeer, type Progress, startLearningPeer } from '@hearsay/peer'
import { GossipLearning, NewsCast } from '@hearsay/protocols'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { afterAll, expect, test } from 'vitest'

// A swarm on real sockets has a timing of its own, so its models are not those of the simulator; the error of models that
// have seen as many rows is.

const PEERS = 12
const CYCLES = 40
const PERIOD_MS = 150
const LAMBDA = 0.01
const VIEW_SIZE = 20

const peers: LearningPeer[] = []
afterAll(() => Promise.all(peers.map((peer) => peer.stop())))

const split = await loadBuiltinDataset('spambase')
const scaling = fitScaling(split.train, 'standardise')
const shards = partition(split.train, PEERS, { kind: 'iid', seed: 1 })

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** The mean error of the simulated swarm after so many cycles, and the mean age of its models. */
function simulated(seed: number): { readonly error: number; readonly age: number } {
  const kernels = createKernels()
  const shape = shapeOf('pegasos', split.train.featureNames.length, 2, false)
  const learner = new LinearLearner(
    kernels,
    new Shards(kernels.memory, shape, applyScaling(split.train, scaling), shards),
    { model: 'pegasos', lambda: LAMBDA },
  )
  const { memory } = kernels
  const newscast = new NewsCast({ peers: PEERS, memory, periodMs: PERIOD_MS, viewSize: VIEW_SIZE })
  for (let peer = 1; peer < PEERS; peer++) newscast.addContact(peer, 0)
  const gossip = new GossipLearning({ peers: PEERS, kernels, learner, sampler: newscast, periodMs: PERIOD_MS })
  const network = independentNetwork({ delay: { kind: 'constant', ms: 2 } })
  const evaluator = new Evaluator(kernels, shape, loadRows(memory, shape, applyScaling(split.test, scaling)))
  new Simulation({ peers: PEERS, seed, kernels, protocols: [newscast, gossip], network }).run(CYCLES * PERIOD_MS)
  const error = mean(Array.from({ length: PEERS }, (_, peer) => evaluator.error(gossip.model(peer))))
  return { error, age: mean([...gossip.ages]) }
}

/** What a peer tells as soon as its model is so old. */
async function atAge(peer: LearningPeer, age: number): Promise<Progress> {
  for await (const progress of peer.progress()) if (progress.age >= age) return progress
  throw new Error(`the run ended before a model was ${age} rows old`)
}

test('a swarm over TCP comes to the error that the simulator foretells, below that of peers alone', async () => {
  const startPeer = (index: number, bootstrap: string[]) =>
    startLearningPeer({
      rows: selectRows(split.train, shards[index]),
      heldOut: split.test,
      random: randomStream(1, index),
      bootstrap,
      ...(index === 0 && {
        run: {
          lambda: LAMBDA,
          periodMs: PERIOD_MS,
          cycles: 100_000,
          viewSize: VIEW_SIZE,
          scaling,
          rowsMax: Math.max(...shards.map((shard) => shard.length)),
          rowNormMax: largestNorm(split.train, scaling),
          startUnixMs: Date.now() + 1500,
        },
      }),
    })
  peers.push(await startPeer(0, []))
  peers.push(...(await Promise.all(shards.slice(1).map((_, i) => startPeer(i + 1, peers[0].addresses)))))
  const runs = [1, 2, 3, 4, 5].map(simulated)
  const age = mean(runs.map((run) => run.age))
  const then = await Promise.all(peers.map((peer) => atAge(peer, age)))

  const overTcp = mean(then.map(({ error }) => error ?? Number.NaN))
  await Promise.all(peers.map((peer) => peer.stop()))
  const ends = await Promise.all(peers.map((peer) => peer.finished))
  const isolated = mean(ends.map(({ isolatedError }) => isolatedError ?? Number.NaN))
  // Runs of different seeds differ by about half a point.
  expect(Math.abs(overTcp - mean(runs.map(({ error }) => error)))).toBeLessThan(0.015)
  expect(overTcp).toBeLessThan(isolated - 0.01)
  for (const { refused, final } of ends) expect({ refused, final }).toEqual({ refused: 0, final: true })
})
