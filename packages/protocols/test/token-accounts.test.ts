import { UsageError } from '@hearsay/core'
import { MemoryArchive } from '@hearsay/testkit/conformance'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  completeFlow,
  createFlowControl,
  FLOW_KINDS,
  type FlowSettings,
  GeneralizedTokens,
  proactive,
  RandomizedTokens,
  SimpleTokens,
  type TokenAccounts,
  type TokenAccountsOptions,
} from '../src/index.ts'
import { at, drawing } from './support.ts'

const DRAWS = 2000
type Strategy = new (options: TokenAccountsOptions) => TokenAccounts

/** Accounts of A = 3, B = 6 with a balance of peer 0's own, brought there by restoring it. */
function withTokens(Strategy: Strategy, tokens: number, options: Partial<TokenAccountsOptions> = {}): TokenAccounts {
  const accounts = new Strategy({ peers: 1, reserve: 3, capacity: 6, ...options })
  const archive = new MemoryArchive()
  archive.array(Int32Array.of(tokens))
  accounts.persist(archive.reader())
  return accounts
}

/** The mean of what a decision draws, which each draw takes from the same balance: NaN where one of them is wrong. */
function mean(Strategy: Strategy, tokens: number, decide: (accounts: TokenAccounts) => number): number {
  let sum = 0
  for (let i = 0; i < DRAWS; i++) sum += decide(withTokens(Strategy, tokens))
  return sum / DRAWS
}

describe('token accounts (Danner and Jelasity 2018)', () => {
  const context = drawing(1)
  const onPeriod = (accounts: TokenAccounts): number => accounts.onPeriod(context)

  test.each([SimpleTokens, GeneralizedTokens])('%o: send unasked where there are more than B', (Strategy) => {
    for (let tokens = 0; tokens < 6; tokens++) {
      const accounts = withTokens(Strategy, tokens)
      expect([onPeriod(accounts), accounts.tokens(0)]).toEqual([0, tokens + 1])
    }
    const full = withTokens(Strategy, 6)
    expect([onPeriod(full), full.tokens(0)]).toEqual([1, 6])
  })

  test('start as full as they are told to, and again when a peer has lost its state', () => {
    const accounts = new SimpleTokens({ peers: 2, parts: 2, capacity: 6, initial: 4 })
    const balances = (): number[] => [0, 1].map((part) => accounts.tokens(context.self, part))
    expect(balances()).toEqual([4, 4])
    accounts.onReceived(context, true, 1)
    expect(balances()).toEqual([4, 3])
    accounts.onForget(context)
    expect(balances()).toEqual([4, 4])
    for (const initial of [-1, 7, 0.5]) {
      expect(() => new SimpleTokens({ peers: 1, capacity: 6, initial })).toThrow(UsageError)
    }
    const flow = createFlowControl({ kind: 'simple', capacity: 6, initial: 6 }, 1)
    expect(flow.onPeriod(drawing(1), 0)).toBe(1)
  })

  test('simple: reacts with one message where there is a token, useful or not', () => {
    for (const useful of [true, false]) {
      const accounts = withTokens(SimpleTokens, 2)
      expect([0, 1, 2].map(() => accounts.onReceived(context, useful))).toEqual([1, 1, 0])
      expect(accounts.tokens(0)).toBe(0)
    }
  })

  test.each([0, 1, 2, 3, 4, 5, 6])('generalized: reacts by the formulas to a balance of %i', (tokens) => {
    for (const useful of [true, false]) {
      const accounts = withTokens(GeneralizedTokens, tokens)
      const expected = Math.floor((3 - 1 + tokens) / (useful ? 3 : 6))
      expect(accounts.onReceived(context, useful)).toBe(expected)
      expect(accounts.tokens(0)).toBe(tokens - expected)
    }
  })

  test.each([0, 1, 2, 3, 4, 5, 6])('randomized: sends unasked by the probability for a balance of %i', (before) => {
    const tokens = before + 1
    const expected = Math.min(1, Math.max(0, (tokens - 3) / (6 + 1 - 3)))
    const observed = mean(RandomizedTokens, before, (accounts) => {
      const sent = onPeriod(accounts)
      return accounts.tokens(0) === tokens - sent ? sent : Number.NaN
    })
    expect(Math.abs(observed - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / DRAWS) + 1e-9)
  })

  test.each([0, 1, 2, 3, 4, 5, 6])(
    'randomized: reacts with tokens/A messages in the mean to a balance of %i',
    (tokens) => {
      const expected = tokens / 3
      const observed = mean(RandomizedTokens, tokens, (accounts) => {
        const spent = accounts.onReceived(context, true)
        expect([Math.floor(expected), Math.ceil(expected)]).toContain(spent)
        expect(accounts.tokens(0)).toBe(tokens - spent)
        return spent
      })
      expect(Math.abs(observed - expected)).toBeLessThan(4 * Math.sqrt(0.25 / DRAWS))
    },
  )

  const events = fc.array(fc.constantFrom('period', 'useful', 'useless'), { maxLength: 200 })
  const sizes = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(12))

  test.each([SimpleTokens, GeneralizedTokens, RandomizedTokens])(
    '%o: every message costs a token, and none is spent that is not there',
    (Strategy) => {
      fc.assert(
        fc.property(events, sizes, fc.nat(), (happened, [reserve, more], seed) => {
          const capacity = reserve + more
          const accounts = new Strategy({ peers: 1, reserve, capacity })
          const own = drawing(seed)
          let balance = 0
          for (const event of happened) {
            if (event === 'period') balance += 1 - accounts.onPeriod(own)
            else balance -= accounts.onReceived(own, event === 'useful')
            expect(accounts.tokens(0)).toBe(balance)
            expect(balance >= 0 && balance <= capacity).toBe(true)
          }
        }),
      )
    },
  )

  test('a peer has one account for each part, and no other peer’s', () => {
    const accounts = new SimpleTokens({ peers: 3, parts: 2, capacity: 5 })
    const own = drawing(2)
    for (let i = 0; i < 3; i++) accounts.onPeriod(at(own, 1, 0), 1)
    expect([0, 1, 2].flatMap((peer) => [accounts.tokens(peer, 0), accounts.tokens(peer, 1)])).toEqual([
      0, 0, 0, 3, 0, 0,
    ])
    expect([accounts.onReceived(own, true, 0), accounts.onReceived(own, true, 1)]).toEqual([0, 1])
    accounts.onPeriod(at(own, 2, 0), 0)
    accounts.onForget(at(own, 1, 0))
    expect([0, 1, 2].flatMap((peer) => [accounts.tokens(peer, 0), accounts.tokens(peer, 1)])).toEqual([
      0, 0, 0, 0, 1, 0,
    ])
  })

  test('balances are saved and restored', () => {
    const accounts = new SimpleTokens({ peers: 2 })
    accounts.onPeriod(at(drawing(1), 1, 0))
    const archive = new MemoryArchive()
    accounts.persist(archive)
    const restored = new SimpleTokens({ peers: 2 })
    restored.persist(archive.reader())
    expect([restored.tokens(0), restored.tokens(1)]).toEqual([0, 1])
  })

  test.each([
    { reserve: 0 },
    { reserve: 21, capacity: 20 },
    { capacity: 9, reserve: 10 },
    { capacity: 1.5, reserve: 1 },
    { capacity: 2e6 },
    { parts: 0 },
  ])('refuses %o', (options) => {
    const make = (): TokenAccounts => new RandomizedTokens({ peers: 1, ...options })
    expect(make).toThrow(UsageError)
    expect(make).toThrow(expect.objectContaining({ code: 'TOKENS' }))
  })
})

describe('createFlowControl', () => {
  test('knows every kind', () => {
    const made = FLOW_KINDS.map((kind) => createFlowControl({ kind }, 2, 3))
    expect(made[0]).toBe(proactive)
    expect(made.slice(1).map(({ constructor }) => constructor)).toEqual([
      SimpleTokens,
      GeneralizedTokens,
      RandomizedTokens,
    ])
    expect(made.slice(1).map(({ parts }) => parts)).toEqual([3, 3, 3])
  })

  const completed: [FlowSettings, number, number][] = [
    [{ kind: 'randomized' }, 10, 20],
    [{ kind: 'randomized', capacity: 4 }, 4, 4],
    [{ kind: 'generalized', reserve: 30 }, 30, 30],
    [{ kind: 'simple', reserve: 30, capacity: 5 }, 1, 5],
  ]
  test.each(completed)('%o means A = %i, B = %i', (settings, reserve, capacity) => {
    expect(completeFlow(settings)).toEqual({ kind: settings.kind, reserve, capacity })
    expect(createFlowControl(settings, 1)).toBeDefined()
  })
})
