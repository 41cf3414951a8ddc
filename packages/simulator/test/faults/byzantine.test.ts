import { createKernels } from '@hearsay/kernels'
import { expect, test } from 'vitest'
import {
  type Attack,
  ATTACK_KINDS,
  ByzantineProtocol,
  flipLabels,
  type SimulatedSend,
  Simulation,
} from '../../src/index.ts'
import { delayOf } from '../support.ts'
import { MemoryArchive } from '../support-archive.ts'
import { TinyLearning, WORDS } from './tiny-learning.ts'

const PEERS = 5
/** Peer 0 lies. */
const ATTACKERS = Uint8Array.of(1, 0, 0, 0, 0)

/** What is sent in a run: models as they leave, with what the sender's own model is. */
function sendsOf(attack: Attack, untilMs = 400) {
  const kernels = createKernels()
  const learning = new TinyLearning(PEERS, kernels, 100)
  const protocol = new ByzantineProtocol({ protocol: learning, kernels, attackers: ATTACKERS, attack, words: WORDS })
  const sends: (SimulatedSend & { readonly own: number[]; readonly ownAge: number })[] = []
  const received: { readonly from: number; readonly to: number; readonly time: number; readonly weights: number[] }[] =
    []
  const simulation = new Simulation({
    ...{ peers: PEERS, seed: 3, kernels, protocols: [protocol], network: delayOf(10) },
    tap: {
      onSend: (send) =>
        void sends.push({ ...send, own: learning.weights(send.from), ownAge: learning.ages[send.from] }),
      onEvent: ({ peer, from, time, message }) => {
        if (message === undefined) return
        const weights = [...kernels.memory.float32.subarray(message.offset, message.offset + WORDS)]
        received.push({ from, to: peer, time, weights })
      },
    },
  })
  simulation.run(untilMs)
  /** The model that arrived of a message. */
  const carried = ({ from, to, time }: SimulatedSend): number[] | undefined =>
    received.find((message) => message.from === from && message.to === to && message.time === time + 10)?.weights
  return { sends: sends.filter(({ time }) => time + 10 < untilMs), carried, simulation, received }
}

const float32 = (values: readonly number[]): number[] => [...Float32Array.from(values)]

test.each(ATTACK_KINDS)('%s: honest peers send what they have', (kind) => {
  const { sends, carried } = sendsOf({ kind })
  const honest = sends.filter(({ from }) => from !== 0)
  expect(honest.length).toBeGreaterThan(10)
  for (const send of honest) {
    expect(carried(send)).toEqual(send.own)
    expect(send.stamp).toBe(send.ownAge)
  }
})

test.each<[Attack, (own: readonly number[]) => number[]]>([
  [{ kind: 'sign-flip' }, (own) => own.map((weight) => -weight)],
  [{ kind: 'scale' }, (own) => own.map((weight) => -10 * weight)],
  [{ kind: 'scale', factor: 3 }, (own) => own.map((weight) => 3 * weight)],
  [{ kind: 'label-flip' }, (own) => [...own]],
  [{ kind: 'age-lie' }, (own) => [...own]],
])('%o: what an attacker sends follows from what it has', (attack, lie) => {
  const { sends, carried } = sendsOf(attack)
  const lies = sends.filter(({ from }) => from === 0)
  expect(lies.length).toBeGreaterThan(2)
  for (const send of lies) {
    expect(carried(send)).toEqual(float32(lie(send.own)))
    expect(send.stamp).toBe(attack.kind === 'age-lie' ? Number.MAX_SAFE_INTEGER : send.ownAge)
  }
})

test('an age lie claims what it was told to', () => {
  const { sends } = sendsOf({ kind: 'age-lie', age: 77 })
  const claimed = sends.filter(({ from }) => from === 0).map(({ stamp }) => stamp)
  expect(new Set(claimed)).toEqual(new Set([77]))
})

test('noise is there, has about its deviation, and is drawn anew', () => {
  const { sends, carried } = sendsOf({ kind: 'noise', sd: 0.5 }, 20_000)
  const noise = sends.flatMap((send) => {
    const weights = send.from === 0 ? carried(send) : undefined
    return weights === undefined ? [] : weights.map((weight, i) => weight - send.own[i])
  })
  const deviation = Math.sqrt(noise.reduce((sum, x) => sum + x * x, 0) / noise.length)
  expect(deviation).toBeGreaterThan(0.4)
  expect(deviation).toBeLessThan(0.6)
  expect(new Set(noise).size).toBeGreaterThan(noise.length / 2)
})

test.each<[Attack, (mean: number, deviation: number) => number]>([
  [{ kind: 'alie', z: 2 }, (mean, deviation) => mean - 2 * deviation],
  [{ kind: 'inner-product', epsilon: 0.1 }, (mean) => -0.1 * mean],
])('%o: it uses what the attacker has received', (attack, lie) => {
  const { sends, carried, received } = sendsOf(attack, 1500)
  let checked = 0
  for (const send of sends) {
    const known = received.filter(({ to, time }) => to === 0 && time <= send.time)
    // Up to sixteen models count the same.
    if (send.from !== 0 || known.length > 16) continue
    if (known.length < 2) {
      expect(carried(send)).toEqual(send.own)
      continue
    }
    checked++
    for (let i = 0; i < WORDS; i++) {
      const weights = known.map((model) => model.weights[i])
      const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length
      const variance = weights.reduce((sum, weight) => sum + (weight - mean) ** 2, 0) / weights.length
      expect(carried(send)?.[i]).toBeCloseTo(lie(mean, Math.sqrt(variance)), 4)
    }
  }
  expect(checked).toBeGreaterThan(3)
})

test('an attacker goes on lying where a saved run goes on', () => {
  const build = () => {
    const kernels = createKernels()
    const learning = new TinyLearning(PEERS, kernels, 100)
    const options = { protocol: learning, kernels, attackers: ATTACKERS, words: WORDS }
    const protocol = new ByzantineProtocol({ ...options, attack: { kind: 'alie' } })
    const run = new Simulation({ peers: PEERS, seed: 3, kernels, protocols: [protocol], network: delayOf(10) })
    return { run, kernels }
  }
  const whole = build()
  whole.run.run(2000)
  const [first, second] = [build(), build()]
  first.run.run(1000)
  const archive = new MemoryArchive()
  first.run.persist(archive)
  archive.rewind()
  second.kernels.memory.allocate(1 << 12)
  second.kernels.memory.float32.set(first.kernels.memory.float32.subarray(0, second.kernels.memory.float32.length))
  second.run.persist(archive)
  second.run.run(2000)
  expect(second.run.traceHash).toBe(whole.run.traceHash)
})

test('a model without words is refused', () => {
  const kernels = createKernels()
  const protocol = new TinyLearning(PEERS, kernels, 100)
  const options = { protocol, kernels, attackers: ATTACKERS, attack: { kind: 'sign-flip' } as const }
  expect(() => new ByzantineProtocol({ ...options, words: 0 })).toThrow(expect.objectContaining({ code: 'BYZANTINE' }))
  const small = new ByzantineProtocol({ ...options, words: WORDS - 1 })
  const run = new Simulation({ peers: PEERS, seed: 3, kernels, protocols: [small], network: delayOf(10) })
  expect(() => run.run(1000)).toThrow(expect.objectContaining({ code: 'BYZANTINE' }))
})

test('labels are flipped for attackers alone, also of rows that they share', () => {
  const rows = {
    features: Float32Array.of(1, 2, 3, 4, 5, 6),
    labels: Int32Array.of(0, 1, 2),
    assignment: [[0, 1], [1, 2], [2]],
  }
  const flipped = flipLabels(rows, Uint8Array.of(0, 1, 0), 3)
  const held = flipped.assignment.map((indices) =>
    Array.from(indices, (row) => [...flipped.features.subarray(2 * row, 2 * row + 2), flipped.labels[row]]),
  )
  expect(held).toEqual([
    [
      [1, 2, 0],
      [3, 4, 1],
    ],
    [
      [3, 4, 1],
      [5, 6, 0],
    ],
    [[5, 6, 2]],
  ])
  expect(flipLabels(rows, Uint8Array.of(0, 0, 0), 3)).toEqual(rows)
})
