import { HearsayError } from '@hearsay/core'
import type { Dataset } from '@hearsay/datasets'
import type { FaultPlan } from '@hearsay/simulator'
import type { Method } from '../../scenario/method.ts'
import { checkMlp } from '../../scenario/mlp/check-mlp.ts'
import { Scenario } from '../../scenario/scenario.ts'
import type { ScenarioOptions, WorldOptions } from '../../scenario/scenario-options.ts'
import { buildAveraging } from '../../trial/tasks/averaging.ts'
import type { AveragingOptions } from '../../trial/tasks/averaging-options.ts'
import { buildRumor } from '../../trial/tasks/rumor.ts'
import type { RumorOptions } from '../../trial/tasks/rumor-options.ts'
import type { TrialCourse } from '../../trial/trial-settings.ts'
import type { Path } from '../yaml/located.ts'
import { SettingProblem } from './setting-problem.ts'

/** Peers of the probe, at most: what is built for all of them costs time and memory. */
const PEERS_MAX = 65

/** The settings that the codes of errors speak of; all others speak of the whole setting. */
const PLACES: Readonly<Record<string, Path>> = {
  BYZANTINE: ['faults', 'byzantine'],
  CHURN: ['churn'],
  CORRECTION: ['method', 'correction'],
  CORRELATE: ['correlate'],
  DEGREE: ['overlay'],
  ETA: ['learner', 'eta'],
  EXCHANGE: ['method', 'exchange'],
  FEDERATED: ['method'],
  JOIN: ['join'],
  LAMBDA: ['learner', 'lambda'],
  MERGE_RULE: ['learner', 'merge'],
  METHOD: ['method'],
  MLP: ['learner'],
  ONLINE: ['overlay', 'online'],
  SPEEDS: ['speeds'],
  SYNCHRONOUS: ['network', 'delay'],
  TOKENS: ['method', 'flow'],
  TRANSFER: ['network', 'transfer'],
}

/**
 * Builds the scenario for a few peers and a few rows: whatever one of its parts refuses is found before a run. What follows
 * from the number of peers or from the data is not looked at.
 *
 * @throws {@link SettingProblem} at the setting that is to blame.
 */
export function probeScenario(options: ScenarioOptions, faults: FaultPlan | undefined): void {
  attempt(() => checkMlp(options))
  const few = withFewPeers(options)
  const { exchange } = options
  const rows = tinyRows(few.peers, exchange?.kind === 'partitioned' ? exchange.parts : 1)
  attempt(() => new Scenario(few, { train: rows, test: rows }, { faults }))
}

/** As {@link probeScenario}, for a run that aggregates. */
export function probeAveraging(options: AveragingOptions, course: TrialCourse): void {
  attempt(() => buildAveraging({ ...options, ...worldOfFew(options) }, course))
}

/** As {@link probeScenario}, for a run that spreads a rumor. */
export function probeRumor(options: RumorOptions, course: TrialCourse): void {
  attempt(() => buildRumor({ ...options, ...worldOfFew(options) }, course))
}

function attempt(build: () => unknown): void {
  try {
    build()
  } catch (cause) {
    if (!(cause instanceof HearsayError)) throw cause
    throw new SettingProblem(PLACES[cause.code] ?? [], cause.message, 'EXPERIMENT_CONFLICT', { cause })
  }
}

function withFewPeers(options: ScenarioOptions): ScenarioOptions {
  const few = worldOfFew(options)
  const { method } = options
  return {
    ...options,
    // A network is looked at by `checkMlp`; what is around it does not depend on it.
    ...(options.learner.model === 'mlp' && { learner: { model: 'softmax' } }),
    ...{ ...few, backend: 'javascript', shards: 'iid', rowsPerPeer: undefined, guard: false },
    ...(method !== undefined && { method: withServerBelow(method, few.peers) }),
  }
}

function worldOfFew({ peers: all, join, degree = 1 }: WorldOptions): Pick<WorldOptions, 'peers' | 'degree' | 'join'> {
  // An odd number stays odd: some graphs look at that.
  const peers = all <= PEERS_MAX ? all : PEERS_MAX - ((all + 1) % 2)
  return {
    peers,
    ...(degree >= peers && { degree: 2 + (degree % 2) }),
    ...(join !== undefined && { join: { ...join, initial: Math.min(join.initial, peers) } }),
  }
}

function withServerBelow(method: Method, peers: number): Method {
  return 'server' in method && method.server !== undefined
    ? { ...method, server: Math.min(method.server, peers - 1) }
    : method
}

/** Two rows a peer, of two classes, in zeros. */
function tinyRows(peers: number, features: number): Dataset {
  const rows = 2 * peers
  return {
    ...{ name: 'probe', rows, classNames: ['a', 'b'] },
    featureNames: Array.from({ length: features }, (_, index) => `x${index}`),
    features: new Float32Array(rows * features),
    labels: Int32Array.from({ length: rows }, (_, row) => row % 2),
  }
}
