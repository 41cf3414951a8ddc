import { ConfigurationError } from '@hearsay/core'
import { checkExchange, type ExchangeChoice } from '@hearsay/experiments'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import {
  addExchangeFlags,
  type ExchangeFlags,
  flowOf,
  parseExchange,
  parseTokens,
} from '../src/flags/exchange-flags.ts'
import { addRunFlags, RUN_FLAG_NAMES, type RunFlags, runSettingsOf } from '../src/peer/run-flags.ts'

const DEFAULTS = { period: 500, cycles: 60, lambda: 0.03 }

const parse = <T>(add: (command: Command) => Command, ...argv: string[]): T =>
  add(new Command().exitOverride()).parse(argv, { from: 'user' }).opts() as T
const flags = (...argv: string[]): ExchangeFlags => parse(addExchangeFlags, ...argv)
const runFlags = (...argv: string[]): RunFlags => parse((command) => addRunFlags(command, DEFAULTS, 'Run:'), ...argv)

describe('the flags of an exchange', () => {
  it('are absent where they are not given', () => {
    expect(flags()).toEqual({})
    expect(flowOf({})).toBeUndefined()
  })

  it('read as what they say', () => {
    const given = ['--flow', 'randomized', '--tokens', '2,4', '--exchange', 'partitioned:10', '--weights', 'int8']
    expect(flags(...given, '--merge-gap', '50')).toEqual({
      flow: 'randomized',
      tokens: { reserve: 2, capacity: 4 },
      exchange: { kind: 'partitioned', parts: 10 },
      weights: 'int8',
      mergeGap: 50,
    })
    expect(flowOf(flags(...given))).toEqual({ kind: 'randomized', reserve: 2, capacity: 4 })
    expect(flowOf(flags('--flow', 'simple'))).toEqual({ kind: 'simple' })
  })

  it.each([
    ['full', { kind: 'full' }],
    ['subsampled:0.1', { kind: 'subsampled', share: 0.1 }],
    ['subsampled:1', { kind: 'subsampled', share: 1 }],
    ['partitioned:2', { kind: 'partitioned', parts: 2 }],
  ])('--exchange %s', (text, expected) => {
    expect(parseExchange(text)).toEqual(expected)
  })

  it.each(['', 'half', 'full:1', 'subsampled', 'subsampled:', 'subsampled:0', 'subsampled:1.1', 'subsampled:1:2'])(
    'refuses --exchange %j',
    (text) => {
      expect(() => parseExchange(text)).toThrow(ConfigurationError)
    },
  )

  it.each(['partitioned', 'partitioned:1', 'partitioned:2.5', 'partitioned:9999'])('refuses --exchange %j', (text) => {
    expect(() => parseExchange(text)).toThrow(ConfigurationError)
  })

  it.each(['', '5', '5,4', '0,4', '1,2,3', '1.5,2', 'a,b', '1,9999999'])('refuses --tokens %j', (text) => {
    expect(() => parseTokens(text)).toThrow(ConfigurationError)
  })

  it.each([
    { tokens: { reserve: 1, capacity: 2 } },
    { flow: 'proactive', tokens: { reserve: 1, capacity: 2 } },
  ] as const)('refuses tokens without accounts: %o', (given) => {
    expect(() => flowOf(given)).toThrow(expect.objectContaining({ code: 'FLAG_TOKENS' }))
  })

  const partitioned = { kind: 'partitioned', parts: 10 } as const
  const contradictions: [code: string, choice: ExchangeChoice][] = [
    ['EXCHANGE', { exchange: partitioned, mergeWith: 'last' }],
    ['EXCHANGE', { exchange: partitioned, creation: 'RW' }],
    ['EXCHANGE', { exchange: partitioned, parameters: 9 }],
    ['MERGE_RULE', { merge: 'limited' }],
    ['MERGE_RULE', { merge: 'mean', mergeGap: 3 }],
    ['MERGE_RULE', { merge: 'limited', mergeGap: 3, ageRule: 'sum' }],
  ]
  it.each(contradictions)('cannot contradict each other: %s %o', (code, choice) => {
    expect(() => checkExchange(choice)).toThrow(ConfigurationError)
    expect(() => checkExchange(choice)).toThrow(expect.objectContaining({ code }))
  })
})

describe('the settings of a run', () => {
  it('have what the flags say', () => {
    const given = ['--flow', 'generalized', '--exchange', 'subsampled:0.5', '--weights', 'float16']
    expect(runSettingsOf(runFlags(...given, '--merge', 'limited', '--merge-gap', '9'), DEFAULTS)).toMatchObject({
      flow: { kind: 'generalized' },
      exchange: { kind: 'subsampled', share: 0.5 },
      ...{ weights: 'float16', merge: 'limited', mergeGap: 9 },
    })
    const plain = runSettingsOf(runFlags(), DEFAULTS)
    for (const name of ['flow', 'exchange', 'weights', 'mergeGap', 'mergeWith']) expect(plain).not.toHaveProperty(name)
  })

  it.each([
    ['--exchange', 'partitioned:3', '--merge-with', 'last'],
    ['--merge', 'limited'],
    ['--tokens', '1,2'],
  ])('are refused where flags contradict each other: %s %s', (...argv) => {
    expect(() => runSettingsOf(runFlags(...argv), DEFAULTS)).toThrow(ConfigurationError)
  })

  it('are those of whoever launches: a joining peer is told the name of each flag that it may not give', () => {
    expect(RUN_FLAG_NAMES).toMatchObject({ flow: '--flow', tokens: '--tokens', exchange: '--exchange' })
  })
})
