import { ConfigurationError, UsageError } from '@hearsay/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatSessionTrace } from '../../src/availability/format-session-trace.ts'
import { parseSessionTrace } from '../../src/availability/parse-session-trace.ts'
import { recordSessions } from '../../src/availability/record-sessions.ts'
import { renewalSessions } from '../../src/availability/renewal-sessions.ts'
import { type SessionTrace, summariseSessions } from '../../src/availability/session-trace.ts'
import { tracedSessions } from '../../src/availability/traced-sessions.ts'
import { onlineAt, stretchesOf } from './support-availability.ts'

const HEADER = 'peer,online_ms,offline_ms'
const parse = (...lines: string[]): SessionTrace => parseSessionTrace([HEADER, ...lines].join('\n'), 'phones.csv')

/** Sessions of a few peers, in any order, without overlap. */
const traces: fc.Arbitrary<SessionTrace> = fc
  .array(fc.uniqueArray(fc.nat({ max: 300 }), { maxLength: 10 }), { minLength: 1, maxLength: 5 })
  .map((peers) => {
    const rows = peers.flatMap((times, peer) => {
      const ordered = times.toSorted((a, b) => a - b)
      return ordered.flatMap((time, i) => (i % 2 === 1 ? [`${peer},${ordered[i - 1]},${time}`] : []))
    })
    return parseSessionTrace([HEADER, ...rows.toReversed(), '0,400,401'].join('\n'), 'any', { peers: peers.length })
  })

describe('a recording as CSV', () => {
  test('is read in any order, with comments, and what touches is one session', () => {
    const trace = parse('# synthetic', '2,50,60', '', '0,10,20 ', '2, 0,50', '0,30,4e1')
    expect(trace).toEqual({
      peers: 3,
      starts: Int32Array.of(0, 2, 2, 3),
      onlineMs: Float64Array.of(10, 30, 0),
      offlineMs: Float64Array.of(20, 40, 60),
    })
  })

  test('has more peers than the text names, where asked for', () => {
    const trace = parseSessionTrace(`${HEADER}\n1,0,5\n`, 'phones.csv', { peers: 4 })
    expect(Array.from(trace.starts)).toEqual([0, 0, 1, 1, 1])
  })

  test('is written as it is read', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const text = formatSessionTrace(trace, 'made up\nby a test')
        expect(text).toMatch(/^# made up\n# by a test\npeer,online_ms,offline_ms\n/)
        expect(parseSessionTrace(text, 'again', { peers: trace.peers })).toEqual(trace)
      }),
    )
  })

  test.each([
    [[], 'phones.csv: no session'],
    [['0,1,2', '0,1'], 'phones.csv:3: 3 cells'],
    [['0,1,2', 'x,3,4'], 'phones.csv:3: peer is a number, not "x"'],
    [['0.5,1,2'], 'phones.csv:2: peer is an integer'],
    [['-1,1,2'], 'phones.csv:2: peer is an integer'],
    [['16777216,1,2'], 'phones.csv:2: peer is an integer in 0 … 16777215'],
    [['0,1.5,2'], 'phones.csv:2: times are whole milliseconds'],
    [['0,-1,2'], 'phones.csv:2: times are whole milliseconds'],
    [['0,1,1e300'], 'phones.csv:2: times are whole milliseconds'],
    [['0,2,2'], 'phones.csv:2: a session ends after it begins'],
    [['0,5,9', '1,6,7', '0,1,6'], 'phones.csv:2: this session overlaps'],
    [['0,1,9', '1,6,7', '0,2,3'], 'phones.csv:4: this session overlaps'],
  ])('%j is refused', (lines, message) => {
    expect(() => parse(...lines)).toThrow(ConfigurationError)
    expect(() => parse(...lines)).toThrow(message)
  })

  test('with another header, or an odd number of peers, is refused', () => {
    expect(() => parseSessionTrace('peer,on,off\n0,1,2\n', 'phones.csv')).toThrow('phones.csv:1: the header is')
    expect(() => parseSessionTrace(`${HEADER}\n0,1,2\n`, 'phones.csv', { peers: -1 })).toThrow(UsageError)
  })
})

describe('a recording that is played', () => {
  test('has its peers online when it says', () => {
    fc.assert(
      fc.property(traces, (trace) => {
        const times = Array.from({ length: 450 }, (_, timeMs) => timeMs)
        const rows = onlineAt(tracedSessions({ trace }), trace.peers, times)
        for (let peer = 0; peer < trace.peers; peer++) {
          const wanted = times.map(() => false)
          for (let i = trace.starts[peer]; i < trace.starts[peer + 1]; i++)
            wanted.fill(true, trace.onlineMs[i], trace.offlineMs[i])
          expect(rows[peer]).toEqual(wanted)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('again and again does the same in each round', () => {
    fc.assert(
      fc.property(traces, fc.integer({ min: 401, max: 450 }), (trace, repeatEveryMs) => {
        const round = Array.from({ length: repeatEveryMs }, (_, timeMs) => timeMs)
        const once = onlineAt(tracedSessions({ trace }), trace.peers, round)
        const third = round.map((timeMs) => 2 * repeatEveryMs + timeMs)
        expect(onlineAt(tracedSessions({ trace, repeatEveryMs }), trace.peers, third)).toEqual(once)
      }),
      { numRuns: 30 },
    )
  })

  test('goes on from one round to the next without a change', () => {
    const [split, whole] = [parse('0,0,10', '0,90,100'), parse('0,0,100')]
    const changes = stretchesOf(tracedSessions({ trace: split, repeatEveryMs: 100 }), 0, 300)
    expect(changes.map(({ untilMs }) => untilMs)).toEqual([10, 90, 110, 190, 210, 290, 310])
    expect(stretchesOf(tracedSessions({ trace: whole, repeatEveryMs: 100 }), 0, 300)).toHaveLength(1)
    expect(stretchesOf(tracedSessions({ trace: whole, repeatEveryMs: 101 }), 0, 300)).toHaveLength(5)
  })

  test('is shared by more peers than it has', () => {
    const availability = tracedSessions({ trace: parse('0,0,10', '1,5,20') })
    expect(stretchesOf(availability, 5, 100)).toEqual(stretchesOf(availability, 1, 100))
  })

  test('leaves peers without a session away', () => {
    const availability = tracedSessions({ trace: parse('1,0,10'), repeatEveryMs: 10 })
    expect(stretchesOf(availability, 0, 100)).toEqual([{ fromMs: 0, untilMs: Number.POSITIVE_INFINITY, online: false }])
  })

  test.each([9, 10.5, Number.NaN])('does not fit into %d ms', (repeatEveryMs) => {
    expect(() => tracedSessions({ trace: parse('0,0,10'), repeatEveryMs })).toThrow(UsageError)
  })
})

describe('a recording of a model', () => {
  const availability = renewalSessions({ online: { kind: 'exponential', meanMs: 300 }, onlineFraction: 0.4 })

  test('follows from the seed, and sums up to what the model says', () => {
    const trace = recordSessions({ availability, peers: 500, seed: 1, untilMs: 20_000 })
    expect(recordSessions({ availability, peers: 500, seed: 1, untilMs: 20_000 })).toEqual(trace)
    const { sessions, meanSessionMs, onlineFraction } = summariseSessions(trace, 20_000)
    expect(sessions).toBe(trace.onlineMs.length)
    expect(Math.abs(onlineFraction - 0.4)).toBeLessThan(0.02)
    expect(Math.abs(meanSessionMs - 300)).toBeLessThan(12)
    expect(Math.max(...trace.offlineMs)).toBe(20_000)
  })

  test('sums up the part that was looked at', () => {
    expect(summariseSessions(parse('0,0,10', '0,30,50', '1,60,70'), 40)).toEqual({
      sessions: 2,
      meanSessionMs: 10,
      onlineFraction: 0.25,
    })
  })

  test('is refused without peers or an end', () => {
    expect(() => recordSessions({ availability, peers: 0, seed: 1, untilMs: 10 })).toThrow(UsageError)
    expect(() => recordSessions({ availability, peers: 1, seed: 1, untilMs: 0.5 })).toThrow(UsageError)
  })
})
