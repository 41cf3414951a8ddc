import { randomStream } from '@hearsay/core'
import { applyScaling, fitScaling, largestNorm, partition, selectRows } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { createKernels } from '@hearsay/kernels'
import { Evaluator, LinearLearner, loadRows, shapeOf, Shards } from '@hearsay/learning'
import { type LearningPeer, startLearningPeer } from '@hearsay/peer'
import { GossipLearning, NewsCast } from '@hearsay/protocols'
import { independentNetwork, Simulation } from '@hearsay/simulator'
import { afterAll, expect, test } from 'vitest'

// A swarm on real sockets has a timing of its own, so its models are not those of the simulator; its error is.

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

/** The mean error of the simulated swarm after its last cycle. */
function simulatedError(seed: number): number {
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
  return mean(Array.from({ length: PEERS }, (_, peer) => evaluator.error(gossip.model(peer))))
}

test('a swarm over TCP ends with the error that the simulator foretells, below that of peers alone', async () => {
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
          cycles: CYCLES,
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
  const ends = await Promise.all(peers.map((peer) => peer.finished))

  const overTcp = mean(ends.map(({ error }) => error ?? Number.NaN))
  const simulated = [1, 2, 3, 4, 5].map(simulatedError)
  const isolated = mean(ends.map(({ isolatedError }) => isolatedError ?? Number.NaN))
  // Runs of different seeds differ by about half a point; a swarm that starts raggedly may be some cycles behind.
  expect(Math.abs(overTcp - mean(simulated))).toBeLessThan(0.02)
  expect(overTcp).toBeLessThan(isolated - 0.01)
  for (const { refused, final } of ends) expect({ refused, final }).toEqual({ refused: 0, final: true })
})
