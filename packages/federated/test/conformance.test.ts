import { createKernels } from '@hearsay/kernels'
import { Shards, shapeOf } from '@hearsay/learning'
import { randomStream } from '@hearsay/core'
import { describeProtocol, type Population } from '@hearsay/testkit/conformance'
import {
  createFederatedParts,
  type FederatedAlgorithm,
  type FederatedFormat,
  FederatedGuard,
  FederatedLearning,
} from '../src/index.ts'

const LEARNER = { model: 'logistic', lambda: 0.01, eta: 1 } as const

/** The peer with label 0 is the server. Everybody has two rows, which depend on the label. */
function federated(algorithm: FederatedAlgorithm, format: FederatedFormat = {}, fraction = 1, serverTrains = false) {
  return ({ size, numbers }: Population) => {
    const kernels = createKernels({ backend: 'javascript' })
    const random = randomStream(77)
    const features = Float32Array.from({ length: size * 2 * 3 }, () => random.normal())
    const labels = Int32Array.from({ length: size * 2 }, (_, row) => row % 2)
    const assignment: number[][] = []
    for (let label = 0; label < size; label++) assignment[numbers[label]] = [2 * label, 2 * label + 1]
    const shape = shapeOf('logistic', 3, 2, true)
    const shards = new Shards(kernels.memory, shape, { features, labels }, assignment)
    const timing = { roundMs: 100, deadlineMs: 400 }
    const protocol = new FederatedLearning({
      ...{ ...format, ...timing, peers: size, kernels, server: numbers[0], fraction, serverTrains },
      ...createFederatedParts(kernels, shards, LEARNER, algorithm),
    })
    const guard = new FederatedGuard({
      ...format,
      kernels,
      shape,
      roundMs: 100,
      rowsMax: 2,
      normMax: () => 100,
      updateNormMax: 100,
    })
    const state = (label: number): unknown => {
      const peer = numbers[label]
      const at = protocol.model(peer)
      const model = [...kernels.memory.float32.slice(at, at + shape.words)]
      return { model, age: protocol.ages[peer], round: protocol.round(peer) }
    }
    return { protocol, memory: kernels.memory, guard, state }
  }
}

const isSound = (state: unknown): boolean => {
  const { model, age, round } = state as { model: number[]; age: number; round: number }
  return model.every(Number.isFinite) && Number.isSafeInteger(age) && Number.isSafeInteger(round)
}

describeProtocol('FederatedLearning', federated({ kind: 'fedavg' }), { isSound })
describeProtocol(
  'FederatedLearning with FedProx, subsampled int8 updates, and a server that trains',
  federated(
    { kind: 'fedprox', mu: 0.1, epochs: 2 },
    { exchange: { kind: 'subsampled', share: 0.5 }, weights: 'int8', modelWeights: 'float16' },
    0.5,
    true,
  ),
  { isSound },
)
describeProtocol('FederatedLearning with FedYogi', federated({ kind: 'fedyogi' }, { weights: 'float16' }), { isSound })
