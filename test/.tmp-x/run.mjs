import { partition, selectRows } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { startLearningPeer } from '@hearsay/peer'
import { mlpModule, tfjsNetwork } from '../../packages/tfjs/dist/worker/index.js'
const t0 = performance.now()
const N = Number(process.argv[2] ?? 4)
const { train, test } = await loadBuiltinDataset('digits')
const model = await tfjsNetwork({ module: mlpModule, argument: { features: 64, hidden: [32], classes: 10, eta: Number(process.argv[4]??0.02) } })
console.log(model.schema, model.parameters, model.backend, performance.now()-t0)
const shards = partition(train, N, { kind: 'iid', seed: 1 }).map((r) => selectRows(train, r))
const run = { periodMs: 500, cycles: Number(process.argv[3] ?? 20), scaling: 'min-max', rowsMax: Math.max(...shards.map(s=>s.rows)), startUnixMs: Date.now()+3000+N*150, weights: process.argv[5] ?? 'float32', batch: 32, epochs: 1 }
const first = await startLearningPeer({ model, rows: shards[0], heldOut: test, run })
console.log(first.backend, performance.now()-t0)
const others = await Promise.all(shards.slice(1).map((rows) => startLearningPeer({ model, rows, heldOut: test, bootstrap: first.addresses })))
console.log('joined', performance.now()-t0)
for await (const p of first.progress()) console.log(p.cycle, p.age, p.error, p.modelsIn, p.modelsOut, p.steps, p.refused)
const all = [first, ...others]
console.log(all.map(p => p.now.error.toFixed(3)).join(' '), first.predict(test.features.subarray(0,64)), test.classNames[test.labels[0]])
await Promise.all(all.map(p => p.stop()))
console.log('stopped', performance.now()-t0)
