import type { ScenarioOptions } from './scenario-options.ts'

/** Workload W2, the defaults of `hearsay simulate`: what simulators of gossip learning are compared on. */
export const W2: ScenarioOptions = {
  peers: 1000,
  seed: 1,
  periodMs: 1000,
  jitter: 0,
  overlay: 'static',
  degree: 10,
  delay: { kind: 'constant', cycles: 1 },
  loss: 0,
  learner: { model: 'pegasos', lambda: 1e-4, merge: 'mean' },
  bias: false,
  mergeWith: 'current',
  votes: 1,
  shards: 'iid',
  evaluate: 0.01,
  guard: false,
  backend: 'auto',
}
