import { randomStream } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { type Deliver, Lpbcast, RumorMongering, UniformSampler } from '@hearsay/protocols'
import { independentNetwork, Simulation } from '@hearsay/simulator'

/** Protocols whose messages are bounded, with what one message, or one contact, carries: `CAPACITY` events. */
export const CAPACITY_PROTOCOLS = ['lpbcast', 'rumor-mongering'] as const
export type CapacityProtocol = (typeof CAPACITY_PROTOCOLS)[number]

/** Events that a message carries. */
export const CAPACITY = 8
const PERIOD_MS = 100
/** Cycles before the first event that counts, while events count, and until they are judged. */
const WARM_UP = 20
const GRACE = 30

export interface CapacityTask {
  readonly protocol: CapacityProtocol
  readonly peers: number
  /** New events a cycle, over all peers. */
  readonly rate: number
  /** Cycles whose events are counted. */
  readonly cycles: number
  readonly seed: number
}

/** What became of the events of a run. */
export interface CapacityOutcome {
  /** Mean share of the other peers that an event reached. */
  readonly reach: number
  /** Mean cycles until a peer that an event reached had it. */
  readonly delayCycles: number
}

interface Publisher {
  readonly protocol: Lpbcast | RumorMongering
  publish(peer: number, event: number, nowMs: number): boolean
}

function publisherOf({ protocol: name, peers }: CapacityTask, memory: ConstructorOptions['memory'], deliver: Deliver) {
  const common = { peers, memory, periodMs: PERIOD_MS, deliver }
  if (name === 'lpbcast') {
    const lpbcast = new Lpbcast({ ...common, events: CAPACITY, eventIds: 512, digest: 0, retrievals: 0, fanout: 6 })
    const random = randomStream(1)
    for (let peer = 0; peer < peers; peer++) {
      for (let i = 0; i < 15; i++) lpbcast.addContact(peer, random.below(peers))
    }
    return { protocol: lpbcast, publish: (peer, event) => lpbcast.publish(peer, event) } satisfies Publisher
  }
  const sampler = new UniformSampler(peers)
  const rumors = new RumorMongering({ ...common, sampler, k: 2, rumors: 512, rumorsPerContact: CAPACITY })
  return { protocol: rumors, publish: (peer, event, nowMs) => rumors.publish(peer, event, nowMs) } satisfies Publisher
}

type ConstructorOptions = ConstructorParameters<typeof RumorMongering>[0]

/** Publishes events at random peers, at a steady rate, and looks how far they get. */
export function capacityRun(task: CapacityTask): CapacityOutcome {
  const { peers, rate, cycles, seed } = task
  const kernels = createKernels()
  const total = Math.ceil(rate * (WARM_UP + cycles)) + 1
  const publishedMs = new Float64Array(total + 1).fill(Number.NaN)
  let [reached, delayMs, counted] = [0, 0, 0]
  const publisher: Publisher = publisherOf(task, kernels.memory, (context, event) => {
    // Events of the warm-up have no time of publication.
    if (Number.isNaN(publishedMs[event])) return
    reached++
    delayMs += context.now - publishedMs[event]
  })
  const network = independentNetwork({ delay: { kind: 'uniform', minMs: 5, maxMs: 45 } })
  const simulation = new Simulation({ peers, seed, kernels, protocols: [publisher.protocol], network })
  const random = randomStream(seed, 1)
  for (let cycle = 0, event = 0; cycle < WARM_UP + cycles; cycle++) {
    simulation.run(cycle * PERIOD_MS)
    for (; event < rate * (cycle + 1);) {
      event++
      if (cycle >= WARM_UP) {
        publishedMs[event] = simulation.now
        counted++
      }
      publisher.publish(random.below(peers), event, simulation.now)
    }
  }
  simulation.run((WARM_UP + cycles + GRACE) * PERIOD_MS)
  return { reach: reached / (counted * (peers - 1)), delayCycles: delayMs / reached / PERIOD_MS }
}
