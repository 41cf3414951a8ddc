import { LinearLearner, normBound, Shards, shapeOf } from '@hearsay/learning'
import {
  ageGrowth,
  createFlowControl,
  type Exchange,
  exchangePeriodMs,
  type FlowSettings,
  FULL_EXCHANGE,
  GossipLearning,
  ModelFormat,
  ModelGuard,
  NewsCast,
  partsOf,
  UniformSampler,
  type WeightEncoding,
} from '@hearsay/protocols'
import {
  agesMonotone,
  agesPlausible,
  ATTACK_KINDS,
  type Attack,
  ByzantineProtocol,
  type FaultSetting,
  type FaultSubject,
  flipLabels,
  type ObservedProtocols,
  type SimulatedProtocol,
  weightsFinite,
} from '@hearsay/simulator'
import { addContacts } from './contacts.ts'

const FEATURES = 5
const ROWS_PER_PEER = 2
const LEARNER = { model: 'pegasos', lambda: 1e-2 } as const

/** Gossip learning as a subject. */
interface LearningVariant {
  readonly mergeWith: 'last' | 'current'
  readonly exchange?: Exchange
  readonly weights?: WeightEncoding
  readonly flow?: FlowSettings
  /** Whether peers are selected by NewsCast, which runs below. */
  readonly newscast?: boolean
  /**
   * Whether models pass the guard, as on a network peer.
   *
   * @defaultValue true
   */
  readonly guard?: boolean
}

/** Gossip learning with tiny shards; everything that a network peer does with models, its guard included. */
export function learningSubject(name: string, variant: LearningVariant): FaultSubject {
  // Lies about weights are told in float32.
  const attacks: readonly Attack['kind'][] = (variant.weights ?? 'float32') === 'float32' ? ATTACK_KINDS : ['age-lie']
  return { name, attacks, build: (setting) => buildLearning(setting, variant) }
}

function buildLearning(setting: FaultSetting, variant: LearningVariant): ObservedProtocols {
  const { peers, kernels, random, faults, plan, periodMs: cycleMs } = setting
  const { mergeWith, exchange = FULL_EXCHANGE, weights = 'float32', flow = { kind: 'proactive' } } = variant
  const rows = drawRows(setting)
  const shape = shapeOf(LEARNER.model, FEATURES, 2, false)
  const shards = new Shards(kernels.memory, shape, rows, rows.assignment, { rowNormMax: 1 })
  const learner = new LinearLearner(kernels, shards, LEARNER)
  const periodMs = exchangePeriodMs(exchange, cycleMs)
  const newscast = new NewsCast({ peers, memory: kernels.memory, periodMs: cycleMs, viewSize: 6 })
  addContacts(newscast, peers, random)
  const learning = new GossipLearning({
    ...{ peers, kernels, learner, mergeWith, exchange, weights, periodMs },
    sampler: variant.newscast === true ? newscast : new UniformSampler(peers),
    flow: createFlowControl(flow, peers, partsOf(exchange)),
  })
  const guard = new ModelGuard({
    ...{ kernels, shape, periodMs, exchange, weights, updatesPerMerge: ROWS_PER_PEER },
    normMax: (age) => normBound(LEARNER.model, learner.plan, shape, 1, age),
    growth: ageGrowth(flow, peers),
  })
  const { attackers, clocks } = faults
  const lying = {
    protocol: learning,
    kernels,
    attackers,
    words: new ModelFormat({ shape, exchange, weights }).wordsMax,
  }
  const attack = plan.byzantine?.attack
  const protocol = attack === undefined ? learning : new ByzantineProtocol({ ...lying, attack })
  const guarded: SimulatedProtocol = variant.guard === false ? { protocol } : { protocol, guard }
  const ageMax = (nowMs: number): number => guard.ageMax(nowMs)
  return {
    protocols: variant.newscast === true ? [newscast, guarded] : [guarded],
    invariants: [
      weightsFinite(learning, kernels, shape.words, attackers),
      agesPlausible(learning, { attackers, ageMax, updatesPerMerge: ROWS_PER_PEER, clocks }),
      ...(mergeWith === 'current' ? [agesMonotone(learning, attackers)] : []),
    ],
  }
}

/** Rows of two classes that a line divides, {@link ROWS_PER_PEER} for each peer. */
function drawRows({ peers, random, plan, faults }: FaultSetting): ReturnType<typeof flipLabels> {
  const count = peers * ROWS_PER_PEER
  const features = Float32Array.from({ length: count * FEATURES }, () => random.normal())
  const labels = Int32Array.from({ length: count }, (_, row) => (features[row * FEATURES] > 0 ? 1 : 0))
  const assignment = Array.from({ length: peers }, (_, peer) => [ROWS_PER_PEER * peer, ROWS_PER_PEER * peer + 1])
  const rows = { features, labels, assignment }
  return plan.byzantine?.attack.kind === 'label-flip' ? flipLabels(rows, faults.attackers, 2) : rows
}
