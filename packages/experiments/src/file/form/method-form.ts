import {
  type Correction,
  CORRECTIONS,
  type Exchange,
  FLOW_KINDS,
  type FlowKind,
  PARTS_MAX,
  TOKENS_MAX,
  WEIGHT_ENCODINGS,
  type WeightEncoding,
} from '@hearsay/protocols'
import { z } from 'zod'
import { ScenarioLimit } from '../../scenario/scenario-options.ts'
import type { Duration } from '../units/duration.ts'
import { choice, converted, duration, either, explained, flag, map, number, oneOf, share, wantedOf } from './leaf.ts'
import { type AveragingForm, type RumorForm, TASK_METHODS, taskMethods } from './task-method-form.ts'

/** Gossip learning, and how models are passed on. */
export interface GossipForm {
  readonly kind: 'gossip'
  readonly mergeWith?: 'last' | 'current' | undefined
  readonly correction?: Correction | undefined
  readonly votes?: number | undefined
  readonly flow?: FlowForm | undefined
  readonly exchange?: Exchange | undefined
  readonly weights?: WeightEncoding | undefined
}

/** When models are sent. */
export interface FlowForm {
  readonly kind: FlowKind
  readonly A?: number | undefined
  readonly B?: number | undefined
  readonly initial?: number | undefined
}

/** Federated learning. */
export interface FederatedForm {
  readonly kind: 'fedavg' | 'fedsgd' | 'fedprox' | 'fedadam' | 'fedyogi' | 'fedadagrad'
  readonly epochs?: number | undefined
  readonly mu?: number | undefined
  readonly serverEta?: number | undefined
  readonly beta1?: number | undefined
  readonly beta2?: number | undefined
  readonly tau?: number | undefined
  readonly fraction?: number | undefined
  readonly round?: Duration | undefined
  readonly opening?: Duration | undefined
  readonly deadline?: Duration | undefined
  readonly checkIn?: Duration | undefined
  readonly updatesMin?: number | undefined
  readonly exchange?: Extract<Exchange, { kind: 'full' | 'subsampled' }> | undefined
  readonly weights?: WeightEncoding | undefined
  readonly modelWeights?: WeightEncoding | undefined
  readonly server?: number | undefined
  readonly serverTrains?: boolean | undefined
  readonly serverOnline?: boolean | undefined
  readonly predicts?: 'global' | 'received' | undefined
}

/** How it learns. */
export type LearningForm = GossipForm | FederatedForm | { readonly kind: 'isolated' | 'centralised' }

/** The setting `method`. */
export type MethodForm = LearningForm | AveragingForm | RumorForm

const TOKENS = { min: 1, max: TOKENS_MAX, integer: true }
const COUNT = { min: 1, max: 1_000_000, integer: true }

const flow: z.ZodType<FlowForm> = either(
  'When models are sent: once a period, or by token accounts. Default: proactive.',
  converted(choice('The strategy.', FLOW_KINDS), (kind): FlowForm => ({ kind })),
  map('A strategy with its accounts.', {
    kind: choice('The strategy.', FLOW_KINDS),
    A: number('The reserve: tokens from which on a peer answers every model. Default: 10.', TOKENS).optional(),
    B: number('The capacity: tokens above which a peer sends unasked. Default: 20.', TOKENS).optional(),
    initial: number('Tokens that an account starts with, at most B. Default: 0.', { ...TOKENS, min: 0 }).optional(),
  }),
)

const whole = converted(choice('Whole models.', ['full']), () => ({ kind: 'full' }) as const)
const subsampled = share('A random share of the weights in each message.', true)

const exchange: z.ZodType<Exchange> = either(
  'How much of a model a message carries. Default: full.',
  whole,
  converted(
    oneOf('Less than a whole model.', {
      subsampled: subsampled.optional(),
      partitioned: number('One of so many fixed parts, each with an age of its own.', {
        min: 2,
        max: PARTS_MAX,
        integer: true,
      }).optional(),
    }),
    ({ subsampled: carried, partitioned: parts }): Exchange =>
      parts === undefined ? { kind: 'subsampled', share: carried ?? 1 } : { kind: 'partitioned', parts },
  ),
)

const updateExchange: z.ZodType<Extract<Exchange, { kind: 'full' | 'subsampled' }>> = either(
  'How much of an update a message carries. Default: full.',
  whole,
  converted(
    map('Less than a whole update.', { subsampled }),
    ({ subsampled: carried }) => ({ kind: 'subsampled', share: carried }) as const,
  ),
)

const weights = choice('How a message carries a weight. Default: float32.', WEIGHT_ENCODINGS)

const gossip = map('Gossip learning.', {
  kind: z.literal('gossip'),
  mergeWith: choice(
    'What a received model is merged with: the one received before, or the own. Default: last; current where models are not sent whole.',
    ['last', 'current'],
  ).optional(),
  votes: number('Last models of a peer that vote on a prediction. Default: 1.', {
    min: 1,
    max: ScenarioLimit.votesMax,
    integer: true,
  }).optional(),
  correction: choice(
    'What is done against the bias towards peers of high degree or speed; over undirected overlays. Default: nothing.',
    CORRECTIONS,
  ).optional(),
  flow: flow.optional(),
  exchange: exchange.optional(),
  weights: weights.optional(),
})

const rounds = {
  fraction: share('C: the share of the clients that each round asks. Default: 1.', true).optional(),
  round: duration('The shortest round. Default: two transfers of a model, and 2 cycles at least.', {
    above: true,
  }).optional(),
  opening: duration('When the first round begins, with the peers that have checked in. Default: `round`.', {
    above: true,
  }).optional(),
  deadline: duration('The longest round. Default: as `round`.', { above: true }).optional(),
  checkIn: duration('How often a client that is not asked says that it is there. Default: the deadline.', {
    above: true,
  }).optional(),
  updatesMin: number('The fewest updates that change the model. Default: 1.', COUNT).optional(),
  exchange: updateExchange.optional(),
  weights: weights.optional(),
  modelWeights: choice("How the server's models carry a weight. Default: float32.", WEIGHT_ENCODINGS).optional(),
  server: number('The peer that is the server too. Default: 0.', {
    min: 0,
    max: ScenarioLimit.peersMax,
    integer: true,
  }).optional(),
  serverTrains: flag('Whether the server trains on the rows that it holds as a peer. Default: true.').optional(),
  serverOnline: flag('Whether churn and crashes spare the server. Default: true.').optional(),
  predicts: choice("What a peer is measured by: the server's model, or the last it received. Default: global.", [
    'global',
    'received',
  ]).optional(),
}

const epochs = number('E: passes over a shard in one local training. Default: 1.', COUNT).optional()
const beta = { min: 0, max: 0.999_999_999 }
const serverEta = (fallback: number): z.ZodType<number> =>
  number(`η_s: the server's step size. Default: ${fallback}.`, { min: 0, above: true, max: 1e9 })

const adaptive = {
  epochs,
  serverEta: serverEta(0.1).optional(),
  beta1: number('β₁, below 1. Default: 0.9.', beta).optional(),
  tau: number('τ: how little adaptive the rule is. Default: 0.001.', { min: 0, above: true, max: 1e9 }).optional(),
}
const beta2 = number('β₂, below 1. Default: 0.99.', beta).optional()

const kinds = explained(
  z.discriminatedUnion('kind', [
    gossip,
    map('Federated averaging (McMahan et al. 2017).', {
      kind: z.literal('fedavg'),
      epochs,
      serverEta: serverEta(1).optional(),
      ...rounds,
    }),
    map('FedSGD (McMahan et al. 2017).', { kind: z.literal('fedsgd'), ...rounds }),
    map('FedProx (Li et al. 2020).', {
      kind: z.literal('fedprox'),
      mu: number('μ: how strongly a client is held to the global model.', { min: 0, max: 1e9 }),
      epochs,
      ...rounds,
    }),
    map('FedAdam or FedYogi (Reddi et al. 2021).', {
      kind: z.enum(['fedadam', 'fedyogi']),
      ...adaptive,
      beta2,
      ...rounds,
    }),
    map('FedAdagrad (Reddi et al. 2021).', { kind: z.literal('fedadagrad'), ...adaptive, ...rounds }),
    map('Every peer trains alone on its own rows.', { kind: z.literal('isolated') }),
    map('One model on all rows.', { kind: z.literal('centralised') }),
    ...taskMethods,
  ]),
  'a map of kind and its settings',
  'A method with its settings.',
)

const PLAIN = [
  ...['gossip', 'fedavg', 'fedsgd', 'fedadam', 'fedyogi', 'fedadagrad', 'isolated', 'centralised'],
  ...TASK_METHODS.averaging,
  ...TASK_METHODS.rumor,
] as const

const plain = converted(choice('A method with its defaults.', PLAIN), (kind): MethodForm => ({ kind }))
const wanted = [plain, kinds].map(wantedOf).join(', or ')

/** What a contestant does. It replaces the setting's as a whole. */
export const methodForm: z.ZodType<MethodForm> = explained(
  z.union([plain, kinds], {
    error: ({ input }) => (input === 'fedprox' ? '{kind: fedprox, mu: …}, for mu has no default' : wanted),
  }),
  wanted,
  'How it learns, or what else is done: a method with its defaults, or a map of `kind` and more. fedprox needs `mu`.',
)
