// The body of a training thread: opens learners, and trains what it is sent, one model after another.
import { type MessagePort, parentPort } from 'node:worker_threads'
import { UsageError } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import { modelShape, Shards } from '@hearsay/learning'
import { tfjsLearner } from '../create-learner.ts'
import type { TfjsLearner } from '../tfjs-learner.ts'
import { loadCreateModel } from './load-create-model.ts'
import type { ThreadAnswer, ThreadRequest, TrainAnswer, TrainRequest, WorkerTask } from './messages.ts'

interface Open {
  readonly kernels: Kernels
  readonly learner: TfjsLearner
  /** Where the model is that is trained. */
  readonly model: number
}

async function open(task: WorkerTask): Promise<Open> {
  const kernels = createKernels()
  const { memory } = kernels
  const shards = new Shards(memory, modelShape(task.features, task.classes, false), task.rows, task.assignment)
  const learner = await tfjsLearner(await loadCreateModel(task), { ...task.options, kernels, shards })
  return { kernels, learner, model: memory.allocate(learner.shape.words) }
}

function train({ kernels, learner, model }: Open, request: TrainRequest): TrainAnswer {
  const { peer, age, weights } = request
  const { memory } = kernels
  memory.float32.set(weights, model)
  const trained = learner.update(peer, model, age)
  weights.set(memory.float32.subarray(model, model + weights.length))
  return { type: 'trained', learner: request.learner, ticket: request.ticket, age: trained, weights }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function serve(port: MessagePort): void {
  const learners = new Map<number, Open>()
  const say = (answer: ThreadAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(answer, transfer)
  // One learner is opened after another: all of them compute on one backend, which takes time to choose.
  let opening = Promise.resolve()
  const openNext = async (number: number, task: WorkerTask): Promise<void> => {
    try {
      const opened = await open(task)
      learners.set(number, opened)
      const { backend, schema, shape } = opened.learner
      say({ type: 'ready', learner: number, backend, schema, words: shape.words })
    } catch (error) {
      say({ type: 'refused', learner: number, message: messageOf(error) })
    }
  }
  port.on('message', (request: ThreadRequest) => {
    const { learner: number } = request
    if (request.type === 'open') {
      opening = opening.then(() => openNext(number, request.task))
      return
    }
    const opened = learners.get(number)
    if (opened === undefined) return
    if (request.type === 'close') {
      opened.learner.dispose()
      learners.delete(number)
      return
    }
    try {
      const answer = train(opened, request)
      say(answer, [request.weights.buffer])
    } catch (error) {
      say({ type: 'failed', learner: number, ticket: request.ticket, message: messageOf(error) })
    }
  })
}

if (parentPort === null) throw new UsageError('NO_PARENT', 'this module is the body of a training thread')
serve(parentPort)
