import { ArchiveReader, ArchiveWriter } from '@hearsay/core'
import { createKernels, persistMemory } from '@hearsay/kernels'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Availability,
  bandwidth,
  composeAvailability,
  composeNetwork,
  duplication,
  gilbertElliottLoss,
  independentNetwork,
  massCrash,
  type NetworkModel,
  oneWayReachability,
  renewalSessions,
  Simulation,
  withStateLoss,
} from '../../src/index.ts'
import { Chatter, CHATTER_PEERS, chatterOutcome, type ChatterRun } from '../chatter.ts'

const UNTIL_MS = 1500
const peers = CHATTER_PEERS

/** Chatter whose peers can forget; all its state is in the memory. */
class Saved extends Chatter {
  persist(): void {}
}

const NETWORKS: readonly (() => NetworkModel)[] = [
  () => duplication({ probability: 0.3, delay: { kind: 'exponential', meanMs: 200 } }),
  () => gilbertElliottLoss({ peers, chain: { kind: 'timed', meanGoodMs: 300, meanBadMs: 100 } }),
  () => oneWayReachability({ peers, seed: 3, share: 0.5, timeoutMs: 200 }),
  () => bandwidth({ peers, upload: 20_000, download: 10_000 }),
]

const AVAILABILITIES: readonly (() => Availability)[] = [
  () => renewalSessions({ online: { kind: 'lognormal', medianMs: 200, sigma: 1 }, onlineFraction: 0.7 }),
  () => massCrash({ peers, seed: 5, share: 0.5, atMs: 500, untilMs: 800 }),
]

interface Setup {
  readonly seed: number
  readonly networks: readonly number[]
  readonly availabilities: readonly number[]
  readonly wholeTransfers: boolean
}

const setups = fc.record({
  seed: fc.nat(),
  networks: fc.subarray([0, 1, 2, 3]),
  availabilities: fc.subarray([0, 1]),
  wholeTransfers: fc.boolean(),
})

function start({ seed, networks, availabilities, wholeTransfers }: Setup): ChatterRun {
  const kernels = createKernels()
  const protocol = new Saved(kernels, peers, {})
  const delays = independentNetwork({ delay: { kind: 'uniform', minMs: 0, maxMs: 9000 }, loss: 0.1 })
  const network = composeNetwork([...networks.map((index) => NETWORKS[index]()), delays])
  const parts = availabilities.map((index) => AVAILABILITIES[index]())
  const availability = parts.length === 0 ? undefined : withStateLoss(composeAvailability({ peers, parts }), 0.3)
  const options = { peers, seed, kernels, protocols: [protocol], network, availability, wholeTransfers }
  return { simulation: new Simulation(options), kernels, protocol }
}

function save({ simulation, kernels }: ChatterRun): Uint8Array {
  const pieces: Uint8Array[] = []
  const writer = new ArchiveWriter((bytes) => pieces.push(bytes.slice()))
  persistMemory(kernels.memory, writer)
  simulation.persist(writer)
  writer.finish()
  return new Uint8Array(Buffer.concat(pieces))
}

function restore({ simulation, kernels }: ChatterRun, saved: Uint8Array): void {
  let position = 0
  const reader = new ArchiveReader((target) => {
    target.set(saved.subarray(position, position + target.length))
    position += target.length
  })
  persistMemory(kernels.memory, reader)
  simulation.persist(reader)
  reader.finish()
}

describe('a simulation that was saved at any time', () => {
  test('goes on in fresh objects as if it had never stopped, and is not disturbed itself', () => {
    const cuts = fc.double({ min: 0, max: UNTIL_MS, noNaN: true })
    fc.assert(
      fc.property(setups, cuts, (setup, cutMs) => {
        const whole = start(setup)
        whole.simulation.run(UNTIL_MS)

        const first = start(setup)
        first.simulation.run(cutMs)
        const saved = save(first)
        first.simulation.run(UNTIL_MS)
        expect(chatterOutcome(first)).toEqual(chatterOutcome(whole))

        const second = start(setup)
        restore(second, saved)
        expect(second.simulation.now).toBe(cutMs)
        second.simulation.run(UNTIL_MS)
        expect(chatterOutcome(second)).toEqual(chatterOutcome(whole))
      }),
      { numRuns: 40 },
    )
  })

  test('is saved in the same bytes after it was restored', () => {
    fc.assert(
      fc.property(setups, (setup) => {
        const first = start(setup)
        first.simulation.run(700)
        const saved = save(first)
        const second = start(setup)
        restore(second, saved)
        expect(Buffer.from(save(second)).equals(saved)).toBe(true)
      }),
      { numRuns: 15 },
    )
  })
})
