import { createKernels } from '@hearsay/kernels'
import { modelShape, Shards, loadRows } from '@hearsay/learning'
import { tfjsLearner, createMlp } from '../../packages/tfjs/dist/index.js'
import { scaleSplit, partition } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
const { train, test } = scaleSplit(await loadBuiltinDataset('digits'), 'min-max')
const N = 16
for (const backend of ['wasm','cpu']) for (const eta of [0.01, 0.02]) {
const kernels = createKernels()
const shards = new Shards(kernels.memory, modelShape(64,10,false), train, [...partition(train, N, {kind:'iid',seed:1}), [...train.labels.keys()]])
const learner = await tfjsLearner(() => createMlp({features:64,hidden:[32],classes:10,eta}), { kernels, shards, backend, initialSeed: 1, batch: 32, epochs: 1 })
const ev = learner.evaluator(loadRows(kernels.memory, modelShape(64,10,false), test))
const m = kernels.memory.allocate(learner.shape.words)
learner.update(0, m, 0)
let t = performance.now(); let age = 0
for (let i=0;i<20;i++) age = learner.update(i%N, m, age)
const tu = (performance.now()-t)/20; t = performance.now()
for (let i=0;i<20;i++) ev.error(m)
const te = (performance.now()-t)/20
age = 0
const out=[]; for (let i=0;i<20;i++) { age = learner.update(N, m, age); if (i%5==4) out.push(ev.error(m).toFixed(4)) }
console.log(backend, eta, 'update', tu.toFixed(1), 'ms eval', te.toFixed(1), 'central', out.join(' '))
}
