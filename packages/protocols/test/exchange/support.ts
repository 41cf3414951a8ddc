import { type Message, NOBODY } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { agedBy, type Learner, modelShape, type ModelShape, type PartMerge } from '@hearsay/learning'
import { messageOf, RecordingContext, type SentMessage } from '@hearsay/testkit'
import { GossipLearning, type GossipLearningOptions, MODEL, ModelFormat } from '../../src/index.ts'
import { at } from '../support.ts'

/** A learner that can be followed in the head: a part is merged by plain addition, and an update adds 100 to every weight. */
class AddingLearner implements Learner {
  readonly shape: ModelShape
  readonly #kernels: Kernels
  readonly merged: { readonly receivedAge: number; readonly ownAge: number; readonly words: number }[] = []
  readonly updated: number[] = []

  constructor(kernels: Kernels, features: number, classes: number) {
    this.shape = modelShape(features, classes, false)
    this.#kernels = kernels
  }

  readonly mergePart: PartMerge = (target, received, receivedAge, own, ownAge, words) => {
    const { float32 } = this.#kernels.memory
    for (let i = 0; i < words; i++) float32[target + i] = float32[received + i] + float32[own + i]
    this.merged.push({ receivedAge, ownAge, words })
    return Math.max(receivedAge, ownAge)
  }

  update(_peer: number, model: number, age: number): number {
    const { float32 } = this.#kernels.memory
    const { outputs, stride, dimension } = this.shape
    for (let i = 0; i < outputs * dimension; i++)
      float32[model + Math.floor(i / dimension) * stride + (i % dimension)] += 100
    this.updated.push(age)
    return agedBy(age, 1)
  }

  create(peer: number, target: number, received: number, receivedAge: number): number {
    this.#kernels.copy(received, target, this.shape.words)
    return this.update(peer, target, receivedAge)
  }
}

/** A population of two that speaks to nobody but peers 7, 8, 9, …, in turn. */
export function setUp(options: Partial<GossipLearningOptions>, features = 10, classes = 2) {
  const kernels = createKernels({ backend: 'javascript' })
  const learner = new AddingLearner(kernels, features, classes)
  const { shape } = learner
  let next = 7
  const sampler = { selectPeer: () => (next > 99 ? NOBODY : next++) }
  const protocol = new GossipLearning({
    ...{ peers: 2, kernels, learner, sampler, periodMs: 100, jitter: 0 },
    ...options,
  })
  const format = new ModelFormat({ ...options, shape })
  const context = new RecordingContext(kernels.memory)
  const deliver = (self: number, message: Message): void => protocol.onMessage(at(context, self, 0), 5, message)
  /** Delivers what was sent. */
  const relay = (self: number, { value, stamp, integers }: SentMessage): void =>
    deliver(self, messageOf(kernels.memory, { kind: MODEL, value, stamp, integers }))
  /** Delivers float32 weights. */
  const receive = (self: number, value: number, age: number, floats: readonly number[]): void =>
    deliver(self, messageOf(kernels.memory, { kind: MODEL, value, stamp: age, floats }))
  /** What peer `self` sends when a period has passed. */
  const turn = (self: number): SentMessage[] => {
    protocol.onTimeout(at(context, self, 0))
    return context.takeSent()
  }
  const weights = (peer: number): number[] => {
    const model = protocol.model(peer)
    return [...kernels.memory.float32.slice(model, model + shape.words)]
  }
  const fill = (peer: number, values: readonly number[]): void =>
    kernels.memory.float32.set(values, protocol.model(peer))
  return { protocol, learner, kernels, context, format, deliver, relay, receive, turn, weights, fill }
}
