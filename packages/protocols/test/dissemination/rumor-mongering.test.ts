import { NOBODY, type PeerSampler, UsageError } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { messageOf, RecordingContext, type SentMessage } from '@hearsay/testkit'
import { describe, expect, test } from 'vitest'
import { RumorMongering, type RumorMongeringOptions, rumorOutcome, rumorTrials } from '../../src/index.ts'
import { ANSWER, FEEDBACK, PULL, REFUSED, RUMOR } from '../../src/dissemination/rumor-mongering.ts'
import { at } from '../support.ts'
import { inTurn, ListArchive } from './support.ts'

const SELF = 0
const NEWS = -1

function setUp(options: Partial<RumorMongeringOptions> = {}, partners: PeerSampler = inTurn(1, 2, 3)) {
  const memory = new BufferMemory(4096)
  const delivered: number[][] = []
  const protocol = new RumorMongering({
    ...{ peers: 4, memory, sampler: partners, periodMs: 100, jitter: 0, contentWords: 3, k: 2 },
    deliver: ({ self }, rumor, offset, length) => {
      delivered.push([self, rumor, ...memory.int32.subarray(offset, offset + length)])
    },
    ...options,
  })
  const context = new RecordingContext(memory, SELF)
  const takeTurn = (now = 0): SentMessage[] => {
    protocol.onTimeout(at(context, SELF, now))
    return context.takeSent()
  }
  const receive = (from: number, kind: number, rumor: number, value = 0, integers: number[] = [], now = 0) => {
    protocol.onMessage(at(context, SELF, now), from, messageOf(memory, { kind, stamp: rumor, value, integers }))
    return context.takeSent()
  }
  return { protocol, memory, context, takeTurn, receive, delivered }
}

describe('RumorMongering: push', () => {
  test('shares a published rumor with one partner a turn, its content with it', () => {
    const { protocol, takeTurn, context } = setUp()
    expect(takeTurn()).toEqual([])
    expect(protocol.publish(SELF, 7, 0, [5, 6])).toBe(true)
    expect(takeTurn(100)).toMatchObject([{ to: 1, kind: RUMOR, stamp: 7, integers: [5, 6] }])
    expect(takeTurn(200)).toMatchObject([{ to: 2, kind: RUMOR, stamp: 7 }])
    expect(context.takeTimers().map(({ delayMs }) => delayMs)).toEqual([100, 100, 100])
    expect(protocol.sent(SELF, 7)).toBe(2)
  })

  test('takes up what it hears, says that it was news, and shares it in turn', () => {
    const { protocol, receive, takeTurn, delivered } = setUp()
    expect(receive(3, RUMOR, 9, 0, [1, 2, 3], 40)).toMatchObject([{ to: 3, kind: FEEDBACK, stamp: 9, value: NEWS }])
    expect(delivered).toEqual([[SELF, 9, 1, 2, 3]])
    expect(receive(2, RUMOR, 9, 0, [1, 2, 3], 50)).toMatchObject([{ to: 2, kind: FEEDBACK, value: 0 }])
    expect(delivered).toHaveLength(1)
    expect([protocol.knows(SELF, 9), protocol.isHot(SELF, 9), protocol.heardMs(SELF, 9)]).toEqual([true, true, 40])
    expect(takeTurn(100)).toMatchObject([{ kind: RUMOR, stamp: 9, integers: [1, 2, 3] }])
  })

  test('loses interest after k useless contacts, and a useful one resets the count', () => {
    const { protocol, receive, takeTurn } = setUp({ k: 2 })
    protocol.publish(SELF, 7)
    const contact = (value: number): boolean => {
      takeTurn()
      receive(1, FEEDBACK, 7, value)
      takeTurn()
      return protocol.isHot(SELF, 7)
    }
    expect([contact(0), contact(NEWS), contact(0), contact(1)]).toEqual([true, true, true, false])
    expect(takeTurn()).toEqual([])
    expect(protocol.knows(SELF, 7)).toBe(true)
  })

  test('judges all contacts of a turn as one, useful if any of them was', () => {
    const { protocol, receive, takeTurn } = setUp({ k: 1 })
    protocol.publish(SELF, 7)
    receive(1, FEEDBACK, 7, 0)
    receive(2, FEEDBACK, 7, NEWS)
    receive(3, FEEDBACK, 7, 0)
    takeTurn()
    expect(protocol.isHot(SELF, 7)).toBe(true)
  })

  test('counts every contact where it is blind, and asks for no feedback', () => {
    const { protocol, receive, takeTurn } = setUp({ feedback: false, k: 2 })
    protocol.publish(SELF, 7)
    expect([takeTurn(), takeTurn(), takeTurn()].map(({ length }) => length)).toEqual([1, 1, 0])
    expect(receive(2, RUMOR, 8)).toEqual([])
  })

  test('with a coin loses interest with probability 1/k', () => {
    const { protocol, takeTurn } = setUp({ feedback: false, stop: 'coin', k: 4, rumors: 1 })
    let contacts = 0
    for (let rumor = 1; rumor <= 1000; rumor++) {
      protocol.publish(SELF, rumor)
      while (takeTurn().length > 0) contacts++
    }
    expect(contacts / 1000).toBeGreaterThan(3.6)
    expect(contacts / 1000).toBeLessThan(4.4)
  })
})

describe('RumorMongering: pull and push–pull', () => {
  test('asks a partner each turn, which answers with what is hot, but not to whom it has it from', () => {
    const { protocol, receive, takeTurn } = setUp({ exchange: 'pull' })
    protocol.publish(SELF, 7)
    receive(2, ANSWER, 8)
    expect(takeTurn()).toMatchObject([{ to: 1, kind: PULL }])
    expect(receive(1, PULL, 0).map(({ kind, stamp }) => [kind, stamp])).toEqual([
      [ANSWER, 7],
      [ANSWER, 8],
    ])
    expect(receive(2, PULL, 0).map(({ stamp }) => stamp)).toEqual([7])
  })

  test('push alone does not answer', () => {
    const { protocol, receive } = setUp()
    protocol.publish(SELF, 7)
    expect(receive(1, PULL, 0)).toEqual([])
  })

  test('a contact between two that know counts for both, or with minimization for the smaller counter', () => {
    const heard = (minimization: boolean, othersCounter: number): boolean => {
      const { protocol, receive, takeTurn } = setUp({ exchange: 'push-pull', k: 2, minimization })
      protocol.publish(SELF, 7)
      receive(1, FEEDBACK, 7, 5)
      takeTurn()
      // The peer's own counter is 1 now.
      receive(2, RUMOR, 7, othersCounter)
      takeTurn()
      return protocol.isHot(SELF, 7)
    }
    expect([heard(false, 0), heard(false, 1)]).toEqual([false, false])
    expect([heard(true, 0), heard(true, 1), heard(true, 2)]).toEqual([true, false, false])
  })
})

describe('RumorMongering: synchronous cycles', () => {
  test('take place at the multiples of the period', () => {
    const { protocol, context } = setUp({ synchronous: true })
    for (const now of [0, 30, 100]) protocol.onStart(at(context, SELF, now))
    expect(context.takeTimers().map(({ delayMs }) => delayMs)).toEqual([0, 70, 0])
  })

  test('judge by the start of the cycle what was known', () => {
    const { receive } = setUp({ synchronous: true, exchange: 'pull' })
    const news = (now: number) => receive(1, ANSWER, 7, 0, [], now)[0].value
    expect([news(102), news(104), news(202)]).toEqual([NEWS, NEWS, 0])
    expect(receive(3, ANSWER, 8, 0, [], 210)).toHaveLength(1)
    expect(receive(2, PULL, 0, 0, [], 220).map(({ stamp }) => stamp)).toEqual([7])
  })
})

describe('RumorMongering: connection limit', () => {
  test('refuses further partners in a cycle, not further messages of an accepted one', () => {
    const { receive } = setUp({ connectionLimit: 1 })
    const refused = (from: number, now: number): boolean => receive(from, RUMOR, 7, 0, [], now)[0].kind === REFUSED
    expect([refused(1, 0), refused(1, 0), refused(2, 50), refused(2, 100), refused(1, 199)]).toEqual([
      ...[false, false, true, false, true],
    ])
  })

  test('takes back what was refused, and hunts for another partner as often as allowed', () => {
    const { protocol, receive, takeTurn } = setUp({ hunts: 1, feedback: false, k: 1 })
    protocol.publish(SELF, 7)
    takeTurn()
    expect(receive(1, REFUSED, 0)).toMatchObject([{ to: 2, kind: RUMOR, stamp: 7 }])
    expect(receive(1, REFUSED, 0)).toEqual([])
    expect(protocol.sent(SELF, 7)).toBe(1)
    expect(receive(2, REFUSED, 0)).toEqual([])
    expect(protocol.sent(SELF, 7)).toBe(0)
    // A refused contact does not count towards losing interest.
    expect(takeTurn()).toMatchObject([{ to: 3, stamp: 7 }])
  })

  test('treats a partner that cannot be reached like one that refuses', () => {
    const { protocol, context, takeTurn } = setUp({ hunts: 1 })
    protocol.publish(SELF, 7)
    takeTurn()
    protocol.onPeerUnreachable(context, 3)
    expect(context.takeSent()).toEqual([])
    protocol.onPeerUnreachable(context, 1)
    expect(context.takeSent()).toMatchObject([{ to: 2 }])
  })
})

describe('RumorMongering: bounds', () => {
  test('forgets the oldest cold rumor for a new one, and drops news while all are hot', () => {
    const { protocol, receive, takeTurn } = setUp({ rumors: 2, k: 1 })
    receive(1, RUMOR, 7, 0, [], 1)
    receive(1, RUMOR, 8, 0, [], 2)
    expect(receive(1, RUMOR, 9)).toEqual([])
    expect([protocol.dropped[SELF], protocol.publish(SELF, 9)]).toEqual([1, false])
    for (const rumor of [8, 7]) receive(1, FEEDBACK, rumor, 1)
    takeTurn()
    expect(protocol.publish(SELF, 9)).toBe(true)
    expect([7, 8, 9].map((rumor) => protocol.knows(SELF, rumor))).toEqual([false, true, true])
  })

  test('shares no more than the contact carries, all in their turn', () => {
    const { protocol, takeTurn } = setUp({ rumors: 5, rumorsPerContact: 2 })
    for (let rumor = 1; rumor <= 5; rumor++) protocol.publish(SELF, rumor)
    const turns = Array.from({ length: 20 }, () => takeTurn())
    expect(turns.map(({ length }) => length)).toEqual(turns.map(() => 2))
    expect(new Set(turns.flat().map(({ stamp }) => stamp)).size).toBe(5)
  })

  test.each([
    ['an identifier of 0', RUMOR, 0, 0, []],
    ['an identifier that is no count', RUMOR, 1.5, 0, []],
    ['an identifier that is NaN', ANSWER, Number.NaN, 0, []],
    ['more content than there may be', RUMOR, 7, 0, [1, 2, 3, 4]],
    ['feedback on what it does not know', FEEDBACK, 7, NEWS, []],
    ['feedback on nothing', FEEDBACK, 0, 3, []],
    ['a refusal of whom it did not contact', REFUSED, 0, 0, []],
  ] as const)('is unmoved by %s', (_, kind, rumor, value, integers) => {
    const { protocol, receive, takeTurn } = setUp()
    expect(receive(1, kind, rumor, value, [...integers])).toEqual([])
    expect(takeTurn()).toEqual([])
    expect(protocol.dropped[SELF]).toBe(0)
  })

  test('a counter of NaN counts as useless at most', () => {
    const { protocol, receive, takeTurn } = setUp({ k: 2 })
    protocol.publish(SELF, 7)
    receive(1, FEEDBACK, 7, Number.NaN)
    takeTurn()
    expect(protocol.isHot(SELF, 7)).toBe(true)
  })

  test.each([
    ['K', { k: 0 }],
    ['K', { k: 256 }],
    ['HUNTS', { hunts: -1 }],
    ['RUMORS_PER_CONTACT', { rumorsPerContact: 0 }],
    ['MINIMIZATION', { minimization: true }],
    ['CONNECTION_LIMIT', { connectionLimit: 0 }],
    ['EVENT_SLOTS', { rumors: 0 }],
    ['EVENT_WORDS', { contentWords: -1 }],
    ['PEERS', { peers: 0 }],
    ['PERIOD', { periodMs: 0 }],
  ] as const)('refuses options: %s of %o', (code, options) => {
    expect(() => setUp(options)).toThrow(expect.objectContaining({ code }))
  })

  test('refuses to publish what it cannot hold', () => {
    const { protocol } = setUp()
    for (const rumor of [0, -1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => protocol.publish(SELF, rumor)).toThrow(expect.objectContaining({ code: 'EVENT_ID' }))
    }
    expect(() => protocol.publish(SELF, 1, 0, [1, 2, 3, 4])).toThrow(UsageError)
  })
})

describe('RumorMongering: state', () => {
  test('forgets everything of one peer', () => {
    const { protocol, context, takeTurn, receive } = setUp({ connectionLimit: 2 })
    protocol.publish(SELF, 7)
    protocol.publish(1, 7)
    takeTurn()
    protocol.onForget(at(context, SELF, 0))
    expect([protocol.knows(SELF, 7), protocol.isHot(SELF, 7), protocol.sent(SELF, 7)]).toEqual([false, false, 0])
    expect(protocol.knows(1, 7)).toBe(true)
    expect(receive(1, REFUSED, 0)).toEqual([])
    expect(takeTurn()).toEqual([])
  })

  test('goes on as before after it was saved and restored', () => {
    const saved = setUp({ connectionLimit: 1, contentWords: 0 }, inTurn(1))
    saved.protocol.publish(SELF, 7)
    saved.receive(2, RUMOR, 8, 0, [], 30)
    saved.receive(1, FEEDBACK, 7, 0)
    saved.takeTurn(100)
    const archive = new ListArchive()
    saved.protocol.persist(archive)
    const restored = setUp({ connectionLimit: 1, contentWords: 0 }, inTurn(1))
    archive.restore(restored.protocol)
    for (const { protocol, receive, takeTurn } of [saved, restored]) {
      expect(receive(1, FEEDBACK, 7, 0)).toEqual([])
      takeTurn(200)
      expect([protocol.isHot(SELF, 7), protocol.isHot(SELF, 8), protocol.heardMs(SELF, 8)]).toEqual([false, true, 30])
    }
  })

  test('contacts nobody where nobody is known', () => {
    const { protocol, takeTurn } = setUp({ exchange: 'push-pull' }, { selectPeer: () => NOBODY })
    protocol.publish(SELF, 7)
    expect(takeTurn()).toEqual([])
  })
})

describe('rumorOutcome', () => {
  test('measures residue, traffic and delays over a range of peers', () => {
    const { protocol, takeTurn } = setUp()
    protocol.publish(SELF, 7, 100)
    protocol.publish(1, 7, 140)
    protocol.publish(2, 7, 220)
    takeTurn()
    const outcome = rumorOutcome(protocol, 7, { first: 0, count: 4, startMs: 100 })
    expect(outcome).toEqual({ residue: 0.25, traffic: 0.25, delayMs: 160 / 3, delayMsMax: 120, hot: 3 })
    expect(rumorOutcome(protocol, 7, { first: 2, count: 2, startMs: 200 })).toMatchObject({ residue: 0.5, delayMs: 20 })
  })

  test('trials are counted', () => {
    const { protocol } = setUp()
    const options = { protocol, groups: 1, size: 4, runs: 0, periodMs: 1, runUntil: () => {} }
    expect(() => rumorTrials(options)).toThrow(UsageError)
  })
})
