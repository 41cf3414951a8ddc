import { createKernels } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import {
  agesMonotone,
  agesPlausible,
  AveragingMass,
  countersConsistent,
  type Invariant,
  InvariantError,
  InvariantMonitor,
  knowledgeMonotone,
  nobodyAbsent,
  type ObservedRun,
  PushSumMass,
  type SimulatedEvent,
  type SimulatedSend,
  viewsValid,
  weightsFinite,
} from '../../src/index.ts'

const HONEST = new Uint8Array(3)
const COUNTERS = { sent: 0, lost: 0, duplicated: 0, missed: 0, delivered: 0, refused: 0, timeouts: 0, words: 0 }
const ONLINE: ObservedRun = { counters: COUNTERS, isOnline: () => true }

function event(what: SimulatedEvent['what'], peer: number, more: Partial<SimulatedEvent> = {}): SimulatedEvent {
  return { time: 100, what, peer, protocol: 0, from: -1, kind: 0, message: undefined, ...more }
}

function message(peer: number, from: number, kind: number, value: number, stamp: number): SimulatedEvent {
  return event('message', peer, { from, kind, message: { kind, value, stamp, offset: 0, length: 0 } })
}

function send(from: number, to: number, kind: number, value = 0, stamp = 0, copies = 1): SimulatedSend {
  return { time: 100, from, to, protocol: 0, kind, value, stamp, copies }
}

const forgotten = (peer: number): SimulatedEvent => event('online', peer, { protocol: -1, kind: 1 })

function begun<Watched extends Invariant>(invariant: Watched, run = ONLINE): Watched {
  invariant.begin?.(run)
  return invariant
}

describe('the monitor', () => {
  const failing: Invariant = { name: 'never', onEvent: () => 'it did', onSend: () => 'it sent' }

  test('ends the run with a line that names everything', () => {
    const monitor = new InvariantMonitor([failing])
    monitor.watch(ONLINE)
    const seen = () => monitor.onEvent(message(2, 1, 5, 0.5, 7))
    expect(seen).toThrow(InvariantError)
    expect(seen).toThrow(
      "'never' does not hold at 100 ms, peer 2, message of kind 5 of protocol 0 from 1 (value 0.5, stamp 7, 0 words): it did",
    )
    expect(() => monitor.onSend(send(1, 2, 3))).toThrow('peer 1, sending kind 3 of protocol 0 to 2')
  })

  test('begins each invariant once, before its first event, and keeps the last events in words', () => {
    const log: string[] = []
    const watching: Invariant = {
      name: 'watching',
      begin: () => void log.push('begin'),
      onEvent: ({ what }) => void log.push(what),
    }
    const monitor = new InvariantMonitor([watching], 2)
    monitor.watch(ONLINE)
    for (const what of ['timer', 'offline', 'pause'] as const) monitor.onEvent(event(what, 1))
    expect(log).toEqual(['begin', 'timer', 'offline', 'pause'])
    expect(monitor.recent).toEqual(['100 ms, peer 1, offline', '100 ms, peer 1, pause'])
    expect(monitor.events).toBe(3)
  })

  test('wants to know the run', () => {
    expect(() => new InvariantMonitor([]).onEvent(event('timer', 0))).toThrow(
      expect.objectContaining({ code: 'INVARIANT' }),
    )
  })
})

describe('ages', () => {
  test('never fall, unless state is lost', () => {
    const ages = [0, 0, 0]
    const invariant = agesMonotone({ ages }, HONEST)
    const look = (seen: SimulatedEvent, age: number) => {
      ages[seen.peer] = age
      return invariant.onEvent?.(seen)
    }
    expect(look(event('timer', 1), 5)).toBeUndefined()
    expect(look(event('timer', 1), 5)).toBeUndefined()
    expect(look(forgotten(1), 0)).toBeUndefined()
    expect(look(event('timer', 1), 3)).toBeUndefined()
    expect(look(event('online', 1), 2)).toContain('was 3 and is 2')
    expect(look(event('timer', 2), Number.NaN)).toContain('NaN')
  })

  test('follow from plausible ones', () => {
    const ages = [0, 0, 0]
    const attackers = Uint8Array.of(0, 0, 1)
    const invariant = agesPlausible({ ages }, { attackers, ageMax: (nowMs) => nowMs / 10, updatesPerMerge: 2 })
    const look = (peer: number, age: number) => {
      ages[peer] = age
      return invariant.onEvent?.(event('message', peer))
    }
    expect(look(1, 12)).toBeUndefined()
    expect(look(1, 14)).toBeUndefined()
    expect(look(1, 17)).toContain('older than 16')
    expect(look(0, 13)).toContain('older than 12')
    expect(look(2, 1000)).toBeUndefined()
  })
})

test('weights are finite, those of attackers apart', () => {
  const kernels = createKernels()
  const { memory } = kernels
  const first = memory.allocate(8)
  const attackers = Uint8Array.of(0, 1)
  const invariant = weightsFinite({ model: (peer) => first + 4 * peer }, kernels, 3, attackers)
  expect(invariant.onEvent?.(event('message', 0))).toBeUndefined()
  memory.float32[first + 1] = Number.POSITIVE_INFINITY
  memory.float32[first + 5] = Number.NaN
  expect(invariant.onEvent?.(event('message', 0))).toContain('Infinity')
  expect(invariant.onEvent?.(event('message', 1))).toBeUndefined()
})

test('nobody handles anything while offline or paused', () => {
  const pauses = [{ fromMs: 50, untilMs: 100, peers: Uint8Array.of(1, 0, 0) }]
  const invariant = begun(nobodyAbsent(3, pauses), {
    counters: COUNTERS,
    isOnline: (peer: number) => peer !== 2,
  })
  const look = (what: SimulatedEvent['what'], peer: number, time: number) =>
    invariant.onEvent?.(event(what, peer, { time }))
  expect(look('timer', 0, 49)).toBeUndefined()
  expect(look('timer', 0, 50)).toContain('paused until 100')
  expect(look('message', 0, 99)).toContain('paused')
  expect(look('message', 0, 100)).toBeUndefined()
  expect(look('message', 1, 60)).toBeUndefined()
  expect(look('message', 2, 10)).toContain('offline')
  expect(look('missed', 2, 10)).toBeUndefined()
  expect(look('online', 2, 20)).toBeUndefined()
  expect(look('message', 2, 20)).toBeUndefined()
  // A restarted peer is not paused.
  expect(look('offline', 0, 101)).toBeUndefined()
  expect(look('refused', 0, 102)).toContain('offline')
  expect(look('online', 0, 70)).toBeUndefined()
  expect(look('timer', 0, 80)).toBeUndefined()
})

test('counters say what has happened', () => {
  const counters = { ...COUNTERS }
  const invariant = begun(countersConsistent(), { ...ONLINE, counters })
  invariant.onSend?.(send(0, 1, 0, 0, 0, 2))
  Object.assign(counters, { sent: 1, duplicated: 1, delivered: 1 })
  expect(invariant.onEvent?.(message(1, 0, 0, 0, 0))).toBeUndefined()
  expect(invariant.onEvent?.(event('timer', 1))).toBe('timeouts is said to be 0, and is 1')
  Object.assign(counters, { timeouts: 1, delivered: 2 })
  expect(invariant.onEvent?.(message(1, 0, 0, 0, 0))).toBeUndefined()
  counters.delivered = 3
  expect(invariant.onEvent?.(message(1, 0, 0, 0, 0))).toBe('3 messages have arrived of 2 that were to')
})

test.each([
  [[1, 2], undefined],
  [[], undefined],
  [[0, 1], 'the peer itself'],
  [[1, 1], 'peer 1 twice'],
  [[3], 'which is no peer'],
  [[-1], 'which is no peer'],
  [[1, 2, 1], 'room for 2'],
])('the view %j: %s', (view, problem) => {
  const invariant = viewsValid({ view: () => view }, { peers: 3, viewSize: 2 })
  const found = invariant.onEvent?.(event('message', 0))
  if (problem === undefined) expect(found).toBeUndefined()
  else expect(found).toContain(problem)
})

test('who knows forgets only with all its state', () => {
  const level = [0, 0, 0]
  const invariant = knowledgeMonotone({ peers: 3, items: [7], level: (peer) => level[peer] })
  const look = (seen: SimulatedEvent, now: number) => {
    level[seen.peer] = now
    return invariant.onEvent?.(seen)
  }
  expect(look(event('message', 1), 1)).toBeUndefined()
  expect(look(forgotten(1), 0)).toBeUndefined()
  expect(look(event('message', 1), 2)).toBeUndefined()
  expect(look(event('timer', 1), 1)).toBe('what it knows of item 7 was 2 and is 1')
})

/** Two peers that average 0 and 10; `awaits` is what a test says. */
function averaging() {
  const state = { estimates: [0, 10], epoch: 0, isAwaited: true }
  const invariant = new AveragingMass(
    {
      estimate: (peer) => state.estimates[peer],
      value: (peer) => 10 * peer,
      epoch: () => state.epoch,
      participates: () => true,
      awaits: () => state.isAwaited,
    },
    2,
    0,
  )
  invariant.begin()
  /** Peer 1 answers a push of peer 0. */
  const answer = (copies = 1): string | undefined => {
    state.estimates[1] -= 5
    return invariant.onSend(send(1, 0, 1, 5, 77, copies)) ?? invariant.onEvent(message(1, 0, 0, 0, 77))
  }
  const apply = (): string | undefined => {
    state.estimates[0] += 5
    state.isAwaited = false
    return invariant.onEvent(message(0, 1, 1, 5, 77))
  }
  return { state, invariant, answer, apply }
}

describe('mass of averaging', () => {
  test('an exchange conserves it; so does one whose reply is lost, or comes too late', () => {
    const { answer, apply } = averaging()
    expect([answer(), apply()]).toEqual([undefined, undefined])
    expect(averaging().answer(0)).toBeUndefined()
    const late = averaging()
    expect(late.answer()).toBeUndefined()
    late.state.isAwaited = false
    expect(late.invariant.onEvent(event('timer', 0))).toBeUndefined()
    expect(late.invariant.onEvent(message(0, 1, 1, 5, 77))).toBeUndefined()
  })

  test('a reply that is applied twice makes mass', () => {
    const { answer, apply } = averaging()
    expect([answer(2), apply()]).toEqual([undefined, undefined])
    expect(apply()).toContain('mass is not conserved: held 15')
  })

  test('a push that is answered again after it was settled loses mass', () => {
    const { answer, apply } = averaging()
    expect([answer(), apply()]).toEqual([undefined, undefined])
    expect(answer()).toContain('answers exchange 77 of peer 0 twice, and 5 is lost')
  })

  test('a push that is answered twice before it is settled loses mass', () => {
    const { answer, apply } = averaging()
    expect([answer(), answer()]).toEqual([undefined, undefined])
    expect(apply()).toContain('twice')
  })

  test('an estimate that moves by itself makes mass, unless an epoch begins', () => {
    const { state, invariant } = averaging()
    state.estimates[0] = 3
    expect(invariant.onEvent(event('timer', 0))).toContain('= 3')
    const next = averaging()
    next.answer()
    next.state.epoch = 1
    next.state.estimates[1] = 10
    expect(next.invariant.onEvent(event('timer', 1))).toBeUndefined()
    expect(next.invariant.onEvent(event('timer', 0))).toBeUndefined()
  })

  test('who loses its state takes its mass along', () => {
    const { state, invariant, answer } = averaging()
    answer()
    state.estimates[1] = 10
    expect(invariant.onEvent(forgotten(1))).toBeUndefined()
  })
})

test('a responder that has lost its state may answer again', () => {
  const { state, invariant, answer, apply } = averaging()
  expect([answer(), apply()]).toEqual([undefined, undefined])
  state.estimates[1] = 10
  expect(invariant.onEvent(forgotten(1))).toBeUndefined()
  expect(answer()).toBeUndefined()
})

/** Two peers that sum 4 and 8, each with the weight 1. */
function summing() {
  const sums = [4, 8]
  const weights = [1, 1]
  const state = { sum: (peer: number) => sums[peer], weight: (peer: number) => weights[peer], epoch: () => 0 }
  const invariant = new PushSumMass({ ...state, participates: () => true }, 2, 0, (peer) => ({
    sum: 4 + 4 * peer,
    weight: 1,
  }))
  invariant.begin()
  const push = (copies = 1, share = 0.5): string | undefined => {
    sums[0] *= share
    weights[0] *= share
    return invariant.onSend(send(0, 1, 0, 0, 5, copies)) ?? invariant.onEvent(event('timer', 0))
  }
  const take = (): string | undefined => {
    sums[1] += 2
    weights[1] += 0.5
    return invariant.onEvent(message(1, 0, 0, 0, 5))
  }
  /** Peer 1 starts anew. */
  const forget = (): string | undefined => {
    sums[1] = 8
    weights[1] = 1
    return invariant.onEvent(forgotten(1))
  }
  return { push, take, forget, refuse: () => invariant.onEvent(message(1, 0, 0, 0, 5)) }
}

describe('mass of push-sum', () => {
  test('a push that arrives conserves it; so does one that is lost, or refused', () => {
    const { push, take } = summing()
    expect([push(), take()]).toEqual([undefined, undefined])
    expect(summing().push(0)).toBeUndefined()
    const refused = summing()
    expect([refused.push(2), refused.refuse(), refused.take()]).toEqual([undefined, undefined, undefined])
  })

  test('a push that is taken twice makes mass', () => {
    const { push, take } = summing()
    expect([push(2), take()]).toEqual([undefined, undefined])
    expect(take()).toContain('the sum is not conserved: held 14')
  })

  test('who has lost its state may take it again, once', () => {
    const { push, take, forget } = summing()
    expect([push(4), take(), forget(), take()]).toEqual([undefined, undefined, undefined, undefined])
    expect(take()).toContain('not conserved')
  })

  test('a push leaves half', () => {
    expect(summing().push(1, 0.25)).toContain('a push leaves half of 4 and 1, not 1 and 0.25')
  })
})
