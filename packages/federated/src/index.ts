export {
  createFederatedParts,
  createServerRule,
  FEDERATED_ALGORITHMS,
  type FedAvgSettings,
  type FederatedAlgorithm,
  type FederatedParts,
} from './algorithm.ts'
export { CentralisedLearning, type CentralisedLearningOptions } from './centralised-learning.ts'
export type { FederatedFormat } from './exchange/federated-format.ts'
export { FederatedGuard, type FederatedGuardOptions } from './federated-guard.ts'
export { FederatedLearning } from './federated-learning.ts'
export type { FederatedLearningOptions } from './federated-options.ts'
export { IsolatedLearning, type IsolatedLearningOptions } from './isolated-learning.ts'
export type { LearningProtocol } from './learning-protocol.ts'
export { FederatedKind, UPDATE_ROWS_MAX, updateRows, updateSeed, updateValue } from './messages.ts'
export { federatedNormBounds, type NormBounds, type NormBoundsOptions } from './norm-bounds.ts'
export { type AdaptiveKind, type AdaptiveOptions, AdaptiveRule } from './rules/adaptive-rule.ts'
export { AveragingRule } from './rules/averaging-rule.ts'
export { GradientRule } from './rules/gradient-rule.ts'
export type { ServerRule } from './rules/server-rule.ts'
export type { ServerCounts } from './server/server-counters.ts'
export type { Traffic } from './traffic.ts'
export { EpochTraining } from './training/epoch-training.ts'
export type { EpochsOptions } from './training/epochs.ts'
export { GradientTraining } from './training/gradient-training.ts'
export type { LocalTraining } from './training/local-training.ts'
export { type ProximalOptions, ProximalTraining } from './training/proximal-training.ts'
