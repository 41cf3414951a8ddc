import { runTrial } from './src/trial/run-trial.ts'
const base = {
  peers: 100, seed: 1, periodMs: 1000, jitter: 0, overlay: 'static', degree: 20, delay: { kind: 'constant', cycles: 0 }, transferCycles: 1, loss: 0,
  learner: { model: 'logistic', lambda: 1e-6, eta: 1e4, batch: 10 }, bias: true, mergeWith: 'current', votes: 1, shards: 'iid', evaluate: 1, guard: true, backend: 'auto',
} as const
const fault = process.argv[2] === 'churn' ? { churn: { kind: 'lognormal', median: 10, sigma: 1, online: 0.5 }, wholeTransfers: true } : {}
for (const method of [{ kind: 'gossip' }, { kind: 'fedavg' }, { kind: 'fedavg', fraction: 0.1 }, { kind: 'fedavg', predicts: 'received' }, { kind: 'fedprox', mu: 1e-4 }, {kind:'fedsgd'}, {kind: 'fedadam'}, { kind: 'isolated' }, { kind: 'centralised' }] as const) {
  const t0 = performance.now()
  const r = await runTrial({ task: 'learning', data: { source: { kind: 'named', name: 'spambase' }, scale: 'standardise' }, scenario: { ...base, ...fault, method } as any, cycles: 200, measureAt: [1, 5, 10, 50, 100, 200] })
  console.log(JSON.stringify(method), (performance.now() - t0).toFixed(0), 'ms')
  for (const m of r.series) console.log('  ', m.cycle, m.mean.toFixed(4), m.sd.toFixed(3), 'age', m.age, 'msg', m.messages, 'B', m.bytes, 'steps', m.steps, 'on', m.online)
  const s = r.peers[0], p = r.peers[50]
  console.log('   peer0', JSON.stringify(s)); console.log('   peer50', JSON.stringify(p))
}
