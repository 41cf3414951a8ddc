import { ConfigurationError } from '@hearsay/core'
import { createKernels } from '@hearsay/kernels'
import { RumorMongering } from '@hearsay/protocols'
import type { FaultPlan } from '@hearsay/simulator'
import { buildWorld } from './build-world.ts'
import { rumorMetric, type RumorOptions } from './rumor-options.ts'
import type { BuiltTask } from './task-run.ts'

/** The peer that the rumor starts at, and its identifier. */
const ORIGIN = 0
const RUMOR = 1

/**
 * Rumor mongering, ready to run. Throws what {@link buildWorld} and the protocol throw.
 *
 * @throws {@link ConfigurationError} `SYNCHRONOUS` where cycles are to be synchronous, and messages do not keep to them.
 */
export function buildRumor(options: RumorOptions, course: { readonly faults?: FaultPlan | undefined }): BuiltTask {
  const { peers, periodMs, jitter, metric = 'residue' } = options
  const { kind: _, synchronous = true, ...variant } = options.method
  if (synchronous) checkSynchronous(options)
  const kernels = createKernels({ backend: 'javascript' })
  const { protocol, simulation } = buildWorld(
    options,
    { kernels, ...course },
    (sampler) =>
      new RumorMongering({
        ...{ peers, memory: kernels.memory, sampler, rumors: 1, periodMs, synchronous },
        ...(!synchronous && { jitter }),
        ...given(variant),
      }),
  )
  protocol.publish(ORIGIN, RUMOR)
  return {
    ...{ metric: rumorMetric(options), simulation },
    look: () => (peer) => (metric === 'traffic' ? protocol.sent(peer, RUMOR) : protocol.knows(peer, RUMOR) ? 0 : 1),
  }
}

/** In a synchronous cycle every contact with all its answers has ended before the next one begins. */
function checkSynchronous({ delay, jitter, periodMs, latency, bandwidth, reorder, method }: RumorOptions): void {
  const delayMs = delay.kind === 'constant' ? Math.ceil(delay.cycles * periodMs) : Number.NaN
  // Push and feedback, or pull, answer and feedback; and as often again for each hunt.
  const ways = 3 + 2 * (method.hunts ?? 0)
  const isConstant = latency === undefined && bandwidth === undefined && reorder === undefined
  if (isConstant && jitter === 0 && delayMs >= 1 && ways * delayMs < periodMs) return
  throw new ConfigurationError(
    'SYNCHRONOUS',
    `synchronous cycles need a constant delay, of which ${ways} end within a cycle, and which is 1 ms at least: give ` +
      'another delay, no jitter, latency, bandwidth or reordering, or let cycles not be synchronous',
  )
}

type Given<Options> = { [Key in keyof Options]: Exclude<Options[Key], undefined> }

/** The options that are there. */
function given<Options extends object>(options: Options): Given<Options> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Given<Options>
}
