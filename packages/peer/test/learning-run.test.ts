import { type Message, randomStream } from '@hearsay/core'
import type { RawDataset } from '@hearsay/datasets'
import { BufferMemory, createKernels } from '@hearsay/kernels'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAggregatesCodec } from '../src/aggregates/swarm-aggregates.ts'
import { encodeProgress, type Progress, parseProgress } from '../src/announcements-telemetry.ts'
import { ContactSampler } from '../src/contacts.ts'
import { LearningRun } from '../src/learning-run.ts'
import { transportCounters } from '../src/libp2p-counters.ts'
import type { RunManifest } from '../src/manifest.ts'
import { MemoryNetwork, memoryPeerName } from '../src/memory-network.ts'
import { manifestOf, type RunSettings } from '../src/run-settings.ts'
import { VirtualClock } from '../src/virtual-clock.ts'

// Whole peers but for libp2p, in virtual time. What one announces is encoded as telemetry, which refuses what is out of its range.

const PERIOD_MS = 100
const ROWS = rowsOf(12)

/** Rows of the class `yes` where the first number is positive. */
function rowsOf(count: number): RawDataset {
  const random = randomStream(9)
  const features = Float64Array.from({ length: 2 * count }, () => random.normal())
  const labels = Int32Array.from({ length: count }, (_, row) => (features[2 * row] > 0 ? 1 : 0))
  return { name: 'rows', featureNames: ['a', 'b'], classNames: ['no', 'yes'], features, labels, rows: count }
}

function manifestWith(settings: RunSettings, rows: RawDataset = ROWS): RunManifest {
  const launch = { launcher: memoryPeerName(0), runId: 'r', rows, unixNowMs: 0 }
  return manifestOf({ periodMs: PERIOD_MS, cycles: 30, ...settings }, launch)
}

function swarm(manifest: RunManifest, clock = new VirtualClock()) {
  const link = { isUp: true }
  const network = new MemoryNetwork({ clock, delay: () => (link.isUp ? 7 : undefined) })
  const start = async (index: number, rows: RawDataset = ROWS) => {
    const transport = network.createTransport(memoryPeerName(index), [`/ip4/127.0.0.1/tcp/${4000 + index}`])
    await transport.start()
    const announced: Progress[] = []
    const told: Progress[] = []
    const contacts = index === 0 ? [] : [{ name: memoryPeerName(0), address: '/ip4/127.0.0.1/tcp/4000' }]
    const run = new LearningRun({
      ...{ manifest, kernels: createKernels(), rows, heldOut: ROWS, clock, random: randomStream(3, index), index },
      ...{ gateway: transport, contacts, fallback: new ContactSampler(contacts), timeOriginMs: 0, telemetryMs: 1000 },
      transport: { self: transport.self, counters: transportCounters([]), connectedPeers: [] },
      announce: (progress) => announced.push(parseProgress(encodeProgress(progress))),
    })
    run.onProgress((progress) => told.push(progress))
    await run.begin()
    onTestFinished(() => run.stop())
    return { run, told, announced, transport }
  }
  return { clock, network, link, start }
}

describe('a run', () => {
  test('goes on after an outage in which all were lost, also where the peer that they joined at is gone', async () => {
    const { clock, link, start } = swarm(manifestWith({ cycles: 1000 }))
    const [joinedAt, ...others] = [await start(0), await start(1), await start(2), await start(3)]
    const views = (): string[][] => others.map(({ run }) => run.view.toSorted())
    const modelsIn = (): number[] => others.map(({ run }) => run.progress().modelsIn)
    clock.run(10 * PERIOD_MS)
    expect(views().every((view) => view.length === 3)).toBe(true)
    await joinedAt.transport.stop()
    link.isUp = false
    clock.run(200 * PERIOD_MS)
    expect(views()).toEqual([[], [], []])
    const before = modelsIn()
    link.isUp = true
    clock.run(300 * PERIOD_MS)
    const names = [1, 2, 3].map(memoryPeerName)
    expect(views()).toEqual(names.map((own) => names.filter((name) => name !== own).sort()))
    for (const [i, models] of modelsIn().entries()) expect(models).toBeGreaterThan(before[i] + 20)
  })

  test('tells its progress once a cycle, announces it now and then, and ends with the last cycle', async () => {
    const { clock, start } = swarm(manifestWith({}))
    const [first, second] = [await start(0), await start(1)]
    clock.run(29 * PERIOD_MS + 50)
    expect(first.told.map(({ cycle }) => cycle)).toEqual(Array.from({ length: 29 }, (_, i) => i + 1))
    expect(first.announced.map(({ cycle }) => cycle)).toEqual([1, 11, 21])
    expect(first.told.every(({ final }) => final === undefined)).toBe(true)
    clock.run(31 * PERIOD_MS)
    const last = await first.run.finished
    expect(last).toMatchObject({ cycle: 30, final: true, index: 0, rows: 12, refused: 0 })
    expect(last.error).toBeLessThan(0.3)
    expect(last.isolatedError).toBeLessThan(0.3)
    expect([first.told.at(-1), first.announced.at(-1)]).toEqual([last, last])
    // It stays for the others until it is stopped, and tells nothing any more.
    clock.run(40 * PERIOD_MS)
    expect(first.run.progress().modelsIn).toBeGreaterThan(last.modelsIn)
    expect(first.told.at(-1)).toEqual(last)
    expect(second.run.view).toEqual([memoryPeerName(0)])
    first.run.stop()
    const stopped = first.run.progress()
    clock.run(41 * PERIOD_MS)
    expect(first.run.progress()).toEqual(stopped)
    expect(second.run.view).toEqual([])
    expect(first.announced.filter(({ final }) => final === true)).toHaveLength(1)
  })

  test('that is stopped early ends with what it has reached', async () => {
    const { clock, start } = swarm(manifestWith({}))
    const [first] = [await start(0), await start(1)]
    clock.run(10.5 * PERIOD_MS)
    first.run.stop()
    expect(await first.run.finished).toMatchObject({ cycle: 10, final: true })
    clock.run(40 * PERIOD_MS)
    expect(first.told.map(({ cycle }) => cycle).slice(-2)).toEqual([10, 10])
  })

  test('goes on where a liar’s shares are too small to count peers by', async () => {
    const manifest = manifestWith({ aggregation: { epochCycles: 10, instances: 4 } })
    const { clock, network, start } = swarm(manifest)
    const victim = await start(0)
    const liar = network.createTransport(memoryPeerName(7))
    liar.listen({ onFrame: () => true, onUnreachable() {} })
    await liar.start()
    for (let cycle = 1; cycle < 30; cycle++) {
      clock.run(cycle * PERIOD_MS + 20)
      const epoch = Math.floor(cycle / 10)
      // 1/256 of a cycle is a tick.
      liar.send(victim.transport.self, 'aggregates', sharesOf(1e-320, epoch * 2 ** 28 + (cycle % 10) * 256))
    }
    clock.run(31 * PERIOD_MS)
    const last = await victim.run.finished
    expect(last.refused).toBe(0)
    expect(last).not.toHaveProperty('counted')
    expect(victim.announced.at(-1)).toEqual(last)
  })

  test('of a server without rows counts no training of its own', async () => {
    const { start, clock } = swarm(manifestWith({ method: { roundMs: 200, deadlineMs: 400 } }))
    const none = { ...ROWS, features: new Float64Array(0), labels: new Int32Array(0), rows: 0 }
    const server = await start(0, none)
    clock.run(15 * PERIOD_MS)
    expect(server.run.progress()).toMatchObject({ steps: 0, rows: 0, modelsIn: 0 })
    await start(1)
    clock.run(31 * PERIOD_MS)
    expect((await server.run.finished).modelsIn).toBeGreaterThan(2)
  })
})

/** A PUSH of counting, the second protocol of the bundle: the same share in the four instances with the smallest keys. */
function sharesOf(share: number, stamp: number): Uint8Array {
  const memory = new BufferMemory(64)
  const words = new Int32Array(Float64Array.of(share, share, share, share).buffer)
  memory.int32.set([0, 1, 2, 3, ...words])
  const message: Message = { kind: 4, value: 0, stamp, offset: 0, length: 12 }
  return createAggregatesCodec(4).encode(message, memory, undefined as never)
}
