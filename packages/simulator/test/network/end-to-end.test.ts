import type { Archive, Context, Message, Protocol } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { describe, expect, test } from 'vitest'
import { composeAvailability } from '../../src/availability/compose-availability.ts'
import { joins } from '../../src/availability/joins.ts'
import { massCrash } from '../../src/availability/mass-crash.ts'
import { renewalSessions } from '../../src/availability/renewal-sessions.ts'
import { withStateLoss } from '../../src/availability/with-state-loss.ts'
import { bandwidth } from '../../src/network/bandwidth.ts'
import { composeNetwork } from '../../src/network/compose-network.ts'
import { coordinateNetwork } from '../../src/network/coordinate-network.ts'
import { duplication } from '../../src/network/duplication.ts'
import { gilbertElliottLoss } from '../../src/network/gilbert-elliott.ts'
import { independentNetwork } from '../../src/network/independent-network.ts'
import { partitions } from '../../src/network/partitions.ts'
import { oneWayReachability } from '../../src/network/reachability.ts'
import { Simulation, type SimulationOptions } from '../../src/index.ts'
import { MemoryArchive } from '../support-archive.ts'

const PEERS = 60

/** Tells a random peer something all 100 ms, and counts what it hears from whom. */
class Talk implements Protocol {
  readonly heard: Int32Array = new Int32Array(PEERS * PEERS)
  readonly starts: Int32Array = new Int32Array(PEERS)
  readonly forgotten: Int32Array = new Int32Array(PEERS)

  onStart(context: Context): void {
    this.starts[context.self]++
    context.setTimer(0, 100 * context.random.float64())
  }

  onTimeout(context: Context): void {
    context.send(context.random.below(PEERS), 0)
    context.setTimer(0, 100)
  }

  onMessage(context: Context, from: number, _message: Message): void {
    this.heard[context.self * PEERS + from]++
  }

  onForget(context: Context): void {
    this.forgotten[context.self]++
  }

  persist(archive: Archive): void {
    for (const array of [this.heard, this.starts, this.forgotten]) archive.array(array)
  }
}

function run(options: Partial<SimulationOptions>): { talk: Talk; simulation: Simulation } {
  const talk = new Talk()
  const network = independentNetwork({ delay: { kind: 'constant', ms: 5 } })
  const simulation = new Simulation({
    peers: PEERS,
    seed: 1,
    kernels: createKernels(),
    protocols: [talk],
    network,
    ...options,
  })
  return { talk, simulation }
}

/** Everything at once. */
function harsh(): Partial<SimulationOptions> {
  const network = composeNetwork([
    oneWayReachability({ peers: PEERS, seed: 1, share: 0.4, timeoutMs: 500 }),
    partitions({ peers: PEERS, timetable: [{ fromMs: 500, untilMs: 900, groups: 0.5 }] }),
    gilbertElliottLoss({ peers: PEERS, chain: { kind: 'timed', meanGoodMs: 300, meanBadMs: 50 } }),
    coordinateNetwork({ peers: PEERS, seed: 1, placement: { kind: 'square', sideMs: 90 }, baseMs: 2 }),
    bandwidth({ peers: PEERS, upload: 2000, download: 3000 }),
    duplication({ probability: 0.3, delay: { kind: 'exponential', meanMs: 300 } }),
  ])
  const churn = renewalSessions({ online: { kind: 'lognormal', medianMs: 300, sigma: 1 }, onlineFraction: 0.8 })
  const crash = withStateLoss(massCrash({ peers: PEERS, seed: 1, share: 0.5, atMs: 800, untilMs: 1000 }), 1)
  return { network, availability: composeAvailability({ peers: PEERS, parts: [churn, crash] }) }
}

describe('a simulated run', () => {
  test('has online who is there: joins, then a crash of half of them', () => {
    const growth = joins({
      peers: PEERS,
      initial: 20,
      arrivals: { kind: 'timetable', joins: [{ atMs: 300, count: 40 }] },
    })
    const crash = massCrash({ peers: PEERS, seed: 1, share: 0.5, atMs: 600, untilMs: 800 })
    const availability = composeAvailability({ peers: PEERS, parts: [growth, withStateLoss(crash, 1)] })
    const { talk, simulation } = run({ availability })
    const counts: number[] = []
    simulation.observe(100, () => {
      counts.push(Array.from({ length: PEERS }, (_, peer) => simulation.isOnline(peer)).filter(Boolean).length)
    })
    simulation.run(1000)
    // An observer sees the time before the events of its moment.
    expect(counts).toEqual([20, 20, 20, 60, 60, 60, 30, 30, 60, 60])
    expect(talk.starts.reduce((sum, starts) => sum + starts)).toBe(90)
    expect(talk.forgotten.reduce((sum, times) => sum + times)).toBe(30)
  })

  test('hears across a cut in one direction alone', () => {
    const group = Array.from({ length: 30 }, (_, peer) => peer)
    const cut = partitions({
      peers: PEERS,
      timetable: [{ fromMs: 0, untilMs: 1e9, groups: [group], direction: 'leaving' }],
    })
    const { talk, simulation } = run({
      network: composeNetwork([cut, independentNetwork({ delay: { kind: 'constant', ms: 5 } })]),
    })
    simulation.run(3000)
    const heard = (by: (peer: number) => boolean, from: (peer: number) => boolean): number =>
      talk.heard.filter((_, i) => by(Math.floor(i / PEERS)) && from(i % PEERS)).reduce((sum, times) => sum + times, 0)
    const [inside, outside] = [(peer: number): boolean => peer < 30, (peer: number): boolean => peer >= 30]
    expect(heard(outside, inside)).toBe(0)
    for (const others of [heard(inside, outside), heard(inside, inside), heard(outside, outside)]) {
      expect(others).toBeGreaterThan(300)
    }
  })

  test('replays to the byte with everything at once, and from a checkpoint', () => {
    const [first, second, restored] = [run(harsh()), run(harsh()), run(harsh())]
    first.simulation.run(2000)
    second.simulation.run(700)
    const archive = new MemoryArchive()
    second.simulation.persist(archive)
    second.simulation.run(2000)
    expect(second.simulation.traceHash).toBe(first.simulation.traceHash)
    archive.rewind()
    restored.simulation.persist(archive)
    restored.simulation.run(2000)
    expect(archive.isExhausted).toBe(true)
    expect(restored.simulation.traceHash).toBe(first.simulation.traceHash)
    expect(restored.simulation.counters).toEqual(first.simulation.counters)
    const { delivered, lost, missed, duplicated } = first.simulation.counters
    expect(Math.min(delivered, lost, missed, duplicated)).toBeGreaterThan(20)
    expect(Math.max(...first.talk.forgotten)).toBe(1)
  })
})
