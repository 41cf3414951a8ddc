// The body of a training thread: trains what it is sent, one model after another.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { ConfigurationError, UsageError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { modelShape, Shards } from '@hearsay/learning'
import { tfjsLearner } from '../create-learner.ts'
import type { CreateModel } from '../model/shared-model.ts'
import type { TrainRequest, WorkerAnswer, WorkerTask } from './messages.ts'

async function loadCreateModel({ module, exportName }: WorkerTask): Promise<CreateModel> {
  const exports = (await import(module)) as Readonly<Record<string, unknown>>
  const createModel = exports[exportName]
  if (typeof createModel === 'function') return createModel as CreateModel
  throw new ConfigurationError('MODEL_MODULE', `${module} does not export a function '${exportName}'`)
}

async function serve(port: MessagePort, task: WorkerTask): Promise<void> {
  const say = (answer: WorkerAnswer, transfer: ArrayBuffer[] = []): void => port.postMessage(answer, transfer)
  const kernels = createKernels()
  const { memory } = kernels
  const shape = modelShape(task.features, task.classes, false)
  const shards = new Shards(memory, shape, task.rows, task.assignment)
  const learner = await tfjsLearner(await loadCreateModel(task), { ...task.options, kernels, shards })
  const model = memory.allocate(learner.shape.words)
  port.on('message', ({ ticket, peer, age, weights }: TrainRequest) => {
    try {
      memory.float32.set(weights, model)
      const trained = learner.update(peer, model, age)
      weights.set(memory.float32.subarray(model, model + weights.length))
      say({ type: 'trained', ticket, age: trained, weights }, [weights.buffer])
    } catch (error) {
      say({ type: 'failed', ticket, message: error instanceof Error ? error.message : String(error) })
    }
  })
  say({ type: 'ready', backend: learner.backend, schema: learner.schema, words: learner.shape.words })
}

if (parentPort === null) throw new UsageError('NO_PARENT', 'this module is the body of a training thread')
await serve(parentPort, workerData as WorkerTask)
