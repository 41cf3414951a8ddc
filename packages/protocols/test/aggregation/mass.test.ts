import { type Context, type Message, type Random, randomStream } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AggregationKind, PushPullAveraging, PushSum } from '../../src/aggregation/index.ts'
import { UniformSampler } from '../../src/uniform-sampler.ts'

const PEERS = 6
const PERIOD_MS = 1000

interface Letter {
  readonly from: number
  readonly to: number
  readonly kind: number
  readonly value: number
  readonly stamp: number
  readonly words: Int32Array
}

/** A network as hostile as can be: it delivers any message ever sent, at any time, as often as it likes. */
class ReplayingNetwork {
  readonly letters: Letter[] = []
  readonly undelivered: Letter[] = []
  now = 0
  readonly #kernels = createKernels({ backend: 'javascript' })
  readonly #random: Random
  readonly #inbox: number

  constructor(seed: number) {
    this.#random = randomStream(seed)
    this.#inbox = this.#kernels.memory.allocate(16)
  }

  get memory() {
    return this.#kernels.memory
  }

  context(self: number): Context {
    return {
      self,
      now: this.now,
      random: this.#random,
      setTimer: () => undefined,
      send: (to, kind, value = 0, stamp = 0, offset = 0, length = 0) => {
        const letter = { from: self, to, kind, value, stamp, words: this.memory.int32.slice(offset, offset + length) }
        this.letters.push(letter)
        this.undelivered.push(letter)
      },
    }
  }

  message({ kind, value, stamp, words }: Letter): Message {
    this.memory.int32.set(words, this.#inbox)
    return { kind, value, stamp, offset: this.#inbox, length: words.length }
  }
}

/** What the network does next: a turn of a peer, a first delivery, or a replay; each names its subject. */
const step = fc.tuple(fc.constantFrom('turn', 'deliver', 'deliver', 'replay'), fc.nat(10_000))
const script = fc.record({ seed: fc.nat(1000), steps: fc.array(step, { minLength: 50, maxLength: 250 }) })

function play(
  { seed, steps }: { seed: number; steps: readonly (readonly [string, number])[] },
  build: (network: ReplayingNetwork) => PushPullAveraging | PushSum,
  onDelivery: (letter: Letter, deliver: () => void) => void,
) {
  const network = new ReplayingNetwork(seed)
  const protocol = build(network)
  const deliver = (letter: Letter): void => {
    onDelivery(letter, () => protocol.onMessage(network.context(letter.to), letter.from, network.message(letter)))
  }
  for (let peer = 0; peer < PEERS; peer++) protocol.onStart(network.context(peer))
  for (const [action, subject] of steps) {
    network.now += subject % 50
    if (action === 'turn') protocol.onTimeout(network.context(subject % PEERS))
    else if (action === 'deliver' && network.undelivered.length > 0) {
      deliver(network.undelivered.splice(subject % network.undelivered.length, 1)[0])
    } else if (network.letters.length > 0) deliver(network.letters[subject % network.letters.length])
  }
  return { network, protocol, deliver }
}

const range = Array.from({ length: PEERS }, (_, peer) => peer)
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** 2⁰ … 2⁵: no two subsets have the same sum, so a difference that is applied twice shows. */
const VALUES = range.map((peer) => 2 ** peer)

describe('mass under duplication, replay and reordering', () => {
  test('PushPullAveraging: Σ estimates + Σ differences that nobody has applied is constant', () => {
    fc.assert(
      fc.property(script, fc.boolean(), (recipe, roomy) => {
        const memory = roomy ? { pending: 300, remembered: 300 } : {}
        const applied = new Set<Letter>()
        let averaging: PushPullAveraging | undefined
        const { network, protocol, deliver } = play(
          recipe,
          () => {
            const sampler = new UniformSampler(PEERS)
            const options = { peers: PEERS, sampler, periodMs: PERIOD_MS, values: VALUES, epochCycles: 1000 }
            averaging = new PushPullAveraging({ ...options, ...memory })
            return averaging
          },
          (letter, handle) => {
            const awaited =
              letter.kind === AggregationKind.reply && averaging!.awaits(letter.to, letter.from, letter.stamp)
            handle()
            if (awaited) applied.add(letter)
          },
        )
        const estimates = (): number[] => range.map((peer) => averaging!.estimate(peer))
        const replies = network.letters.filter(({ kind }) => kind === AggregationKind.reply)
        // One answer at most to each push.
        expect(new Set(replies.map(({ from, to, stamp }) => `${from} ${to} ${stamp}`)).size).toBe(replies.length)
        const open = replies.filter((letter) => !applied.has(letter)).map(({ value }) => value)
        expect(sum(estimates()) + sum(open)).toBeCloseTo(sum(VALUES), 9)
        expect(protocol).toBe(averaging)
        if (!roomy) return
        // With enough memory nothing is ever lost: once all has arrived, all mass is back.
        while (network.undelivered.length > 0) deliver(network.undelivered.pop()!)
        expect(sum(estimates())).toBeCloseTo(sum(VALUES), 9)
      }),
      { numRuns: 150 },
    )
  })

  test('PushSum: Σ sums + Σ pushes that nobody has taken is constant, and so for weights', () => {
    fc.assert(
      fc.property(script, fc.boolean(), (recipe, roomy) => {
        const applied = new Set<Letter>()
        let pushSum: PushSum | undefined
        const { network } = play(
          recipe,
          ({ memory }) => {
            const sampler = new UniformSampler(PEERS)
            const options = { peers: PEERS, memory, sampler, periodMs: PERIOD_MS, values: VALUES, epochCycles: 1000 }
            pushSum = new PushSum({ ...options, remembered: roomy ? 300 : 2 })
            return pushSum
          },
          (letter, handle) => {
            const before = pushSum!.weight(letter.to)
            handle()
            if (pushSum!.weight(letter.to) === before) return
            expect(applied.has(letter)).toBe(false)
            applied.add(letter)
          },
        )
        const open = network.letters.filter((letter) => !applied.has(letter)).map(massOf)
        expect(sum(range.map((peer) => pushSum!.sum(peer))) + sum(open.map(([s]) => s))).toBeCloseTo(sum(VALUES), 9)
        expect(sum(range.map((peer) => pushSum!.weight(peer))) + sum(open.map(([, w]) => w))).toBeCloseTo(PEERS, 9)
      }),
      { numRuns: 100 },
    )
  })
})

/** s and w of a push. */
function massOf({ words }: Letter): readonly [number, number] {
  const [s, w] = new Float64Array(words.slice(0, 4).buffer)
  return [s, w]
}
