import { type Random, randomStream } from '@hearsay/core'
import type { Availability } from '../availability/availability.ts'
import { composeAvailability } from '../availability/compose-availability.ts'
import { massCrash } from '../availability/mass-crash.ts'
import { withStateLoss } from '../availability/with-state-loss.ts'
import { cloggedLinks } from '../network/clogged-links.ts'
import { composeNetwork } from '../network/compose-network.ts'
import { drawShare } from '../network/draw-share.ts'
import { duplication } from '../network/duplication.ts'
import { independentLoss } from '../network/independent-loss.ts'
import type { NetworkModel } from '../network/network-model.ts'
import { partitions } from '../network/partitions.ts'
import { reordering } from '../network/reordering.ts'
import { Purpose } from '../purpose.ts'
import { type Clocks, skewedClocks } from './clocks.ts'
import type { FaultPlan, LateMessages } from './fault-plan.ts'
import type { Pause } from './pause.ts'

/** What faults befall. */
export interface SimulateFaultsInputs {
  /** Peers of the run. */
  readonly peers: number
  /** Draws which peers and links are hit: a safe integer ≥ 0. The same plan and seed hit the same ones. */
  readonly seed: number
  /** The network as it is without faults. */
  readonly network: NetworkModel
  /**
   * When peers are online without faults.
   *
   * @defaultValue always
   */
  readonly availability?: Availability
}

/** A {@link FaultPlan} as options of a simulation: `new Simulation({ ...options, ...faults })`. */
export interface SimulatedFaults {
  readonly network: NetworkModel
  readonly availability?: Availability
  readonly pauses?: readonly Pause[]
  readonly clocks?: Clocks
  /** 1 for each Byzantine peer, 0 for the others: for a {@link ByzantineProtocol} and for {@link flipLabels}. */
  readonly attackers: Uint8Array
}

/** Random streams of a plan: one for each kind of fault, so that one kind more changes nothing in the others. */
const Stream = { clogged: 0, partitions: 1, crashes: 2, pauses: 3, clocks: 4, byzantine: 5 } as const

/**
 * Everything that a plan leaves open is drawn here; while the run goes on, only the streams of its peers are drawn from.
 *
 * @throws {@link UsageError} where a number is out of its range.
 */
export function simulateFaults(plan: FaultPlan, inputs: SimulateFaultsInputs): SimulatedFaults {
  const { peers, seed } = inputs
  const stream = (index: number): Random => randomStream(seed, index, Purpose.faults)
  const availability = availabilityOf(plan, inputs, stream(Stream.crashes))
  const { pauses, clockSkew, byzantine } = plan
  const pausing = stream(Stream.pauses)
  return {
    network: composeNetwork(networkParts(plan, inputs, stream)),
    ...(availability !== undefined && { availability }),
    ...(pauses !== undefined && {
      pauses: pauses.map(({ fromMs, untilMs = Number.POSITIVE_INFINITY, share }) => ({
        ...{ fromMs, untilMs },
        peers: drawShare(pausing, peers, share),
      })),
    }),
    ...(clockSkew !== undefined && { clocks: skewedClocks(peers, clockSkew, stream(Stream.clocks)) }),
    attackers: drawShare(stream(Stream.byzantine), peers, byzantine?.share ?? 0),
  }
}

function networkParts(
  plan: FaultPlan,
  { network, peers }: SimulateFaultsInputs,
  stream: (index: number) => Random,
): NetworkModel[] {
  const { loss, duplication: copies, replay, reordering: late, cloggedLinks: clogged, partitions: cuts } = plan
  const parts = [network]
  if (loss !== undefined) parts.push(independentLoss(loss))
  if (copies !== undefined) parts.push(duplication(upTo(copies)))
  if (replay !== undefined) {
    const { share, delayMs } = replay
    parts.push(duplication({ probability: share, delay: { kind: 'exponential', meanMs: delayMs } }))
  }
  if (late !== undefined) parts.push(reordering(upTo(late)))
  const clogging = stream(Stream.clogged)
  for (const { delayMs, ...rest } of clogged ?? []) {
    parts.push(cloggedLinks({ ...rest, seed: clogging.uint32(), delay: { kind: 'constant', ms: delayMs } }))
  }
  if (cuts !== undefined) {
    const timetable = cuts.map(({ share, untilMs = Number.POSITIVE_INFINITY, ...rest }) => ({
      ...{ ...rest, untilMs },
      groups: share,
    }))
    parts.push(partitions({ peers, seed: stream(Stream.partitions).uint32(), timetable }))
  }
  return parts
}

function upTo({ share, delayMs }: LateMessages): Parameters<typeof reordering>[0] {
  return { probability: share, delay: { kind: 'uniform', minMs: 0, maxMs: delayMs } }
}

function availabilityOf(
  { crashes }: FaultPlan,
  { peers, availability }: SimulateFaultsInputs,
  random: Random,
): Availability | undefined {
  if (crashes === undefined) return availability
  const parts = crashes.map(({ fromMs, untilMs, share, stateLoss = 0 }) => {
    const times = { atMs: fromMs, ...(untilMs !== undefined && { untilMs }) }
    return withStateLoss(massCrash({ ...times, peers, share, seed: random.uint32() }), stateLoss)
  })
  return composeAvailability({ peers, parts: availability === undefined ? parts : [availability, ...parts] })
}
