import { type Exchange, exchangeProblem, FULL_EXCHANGE } from '@hearsay/protocols'
import type { FederatedMethod } from '../../scenario/method.ts'
import type { ScenarioOptions } from '../../scenario/scenario-options.ts'
import type { LearnerForm } from '../form/learner-form.ts'
import type { FederatedForm, FlowForm, GossipForm, LearningForm } from '../form/method-form.ts'
import { toCycles } from '../units/duration.ts'
import { conflict, defined } from './setting-problem.ts'

/** The part of a scenario that a method decides. */
export type MethodOptions = Pick<
  ScenarioOptions,
  'method' | 'mergeWith' | 'correction' | 'votes' | 'flow' | 'exchange' | 'weights'
>

/** What else decides whether a method can be run. */
export interface MethodCompany {
  readonly learner: LearnerForm
  readonly peers: number
  readonly cycleMs: number
}

/** The method with its options. */
export function methodOf(form: LearningForm, company: MethodCompany): MethodOptions {
  switch (form.kind) {
    case 'gossip':
      return gossipOf(form, company.learner)
    case 'isolated':
    case 'centralised':
      return { method: { kind: form.kind }, mergeWith: 'last', votes: 1 }
    default:
      return { method: federatedOf(form, company), mergeWith: 'last', votes: 1 }
  }
}

function gossipOf(form: GossipForm, { creation, model }: LearnerForm): MethodOptions {
  const { exchange = FULL_EXCHANGE, votes = 1, weights, flow } = form
  const mergeWith = form.mergeWith ?? (model === 'mlp' ? 'current' : defaultPartner(exchange, form.correction))
  const problem = exchangeProblem(exchange, { mergeWith, creation })
  if (problem !== undefined) conflict(exchangeKey(exchange, form, creation), problem)
  return defined({
    method: { kind: 'gossip' } as const,
    mergeWith,
    correction: form.correction,
    votes,
    flow: flow && flowOf(flow),
    exchange: form.exchange,
    weights,
  })
}

/** The last received model where there is one to merge with. */
function defaultPartner({ kind }: Exchange, correction: GossipForm['correction']): 'last' | 'current' {
  return kind === 'full' && (correction === undefined || correction === 'pass-through') ? 'last' : 'current'
}

/** The key that an exchange does not agree with. */
function exchangeKey(exchange: Exchange, form: GossipForm, creation: LearnerForm['creation']): string[] {
  if (exchangeProblem(exchange, { creation }) === undefined && form.mergeWith !== undefined)
    return ['method', 'mergeWith']
  return exchangeProblem(exchange) === undefined ? ['learner', 'creation'] : ['method', 'exchange']
}

function flowOf({ kind, A, B, initial }: FlowForm): NonNullable<ScenarioOptions['flow']> {
  const misplaced = kind === 'proactive' ? (A === undefined ? B && 'B' : 'A') : kind === 'simple' ? A && 'A' : undefined
  if (typeof misplaced === 'string') {
    const why = kind === 'simple' ? 'the simple strategy has no reserve' : 'a proactive flow has no tokens'
    conflict(['method', 'flow', misplaced], `${why}: leave ${misplaced} out, or set another kind`)
  }
  if (A !== undefined && B !== undefined && A > B) {
    conflict(['method', 'flow', 'A'], `the reserve A is at most the capacity B: ${A} is more than ${B}`)
  }
  if (initial !== undefined && kind === 'proactive') {
    conflict(['method', 'flow', 'initial'], 'a proactive flow has no tokens: leave initial out, or set another kind')
  }
  return defined({ kind, reserve: A, capacity: B, initial }) satisfies object as NonNullable<ScenarioOptions['flow']>
}

function federatedOf(form: FederatedForm, { peers, cycleMs }: MethodCompany): FederatedMethod {
  const { round, opening, deadline, checkIn, server = 0, updatesMin = 1 } = form
  const inCycles = (duration: typeof round): number | undefined => duration && toCycles(duration, cycleMs)
  const [roundCycles, deadlineCycles] = [inCycles(round), inCycles(deadline)]
  if (roundCycles !== undefined && deadlineCycles !== undefined && deadlineCycles < roundCycles) {
    conflict(['method', 'deadline'], 'the deadline is the longest round: it is not shorter than the shortest one')
  }
  if (server >= peers) conflict(['method', 'server'], `the server is one of the peers 0 … ${peers - 1}, not ${server}`)
  if (updatesMin > peers) conflict(['method', 'updatesMin'], `${peers} peers never send ${updatesMin} updates`)
  const times = { round: roundCycles, opening: inCycles(opening), deadline: deadlineCycles, checkIn: inCycles(checkIn) }
  // The form has checked which options go with the kind.
  return defined({ ...form, ...times }) as FederatedMethod
}
