// What a command line needs to read its flags: no more than values and types, so that asking for help loads no simulator.
export type { Churn, ChurnOptions, Crash, Growth } from './scenario/churn/churn-options.ts'
export type { Delimiter } from './scenario/delimiter.ts'
export type {
  AccessLinks,
  BurstLoss,
  Cut,
  CycleDelay,
  Duplicates,
  HeldBack,
  Latencies,
  NetworkOptions,
  Translated,
} from './scenario/network/network-options.ts'
export { type Backend, BACKENDS, type Overlay, OVERLAYS, ScenarioLimit } from './scenario/scenario-options.ts'
