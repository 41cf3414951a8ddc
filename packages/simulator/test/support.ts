import type { Context, Message, Protocol } from '@hearsay/core'
import { createKernels, type Kernels } from '@hearsay/kernels'
import {
  independentNetwork,
  type NetworkModel,
  type PeerRange,
  Simulation,
  type SimulationOptions,
} from '../src/index.ts'

/** A protocol whose handlers a test writes; those that it leaves out do nothing. */
export class Scripted implements Protocol {
  readonly #handlers: Partial<Protocol>

  constructor(handlers: Partial<Protocol>) {
    this.#handlers = handlers
  }

  onStart(context: Context): void {
    this.#handlers.onStart?.(context)
  }

  onTimeout(context: Context, timer: number): void {
    this.#handlers.onTimeout?.(context, timer)
  }

  onMessage(context: Context, from: number, message: Message): void {
    this.#handlers.onMessage?.(context, from, message)
  }
}

/** A network that delivers everything after `ms`. */
export function delayOf(ms: number): NetworkModel {
  return independentNetwork({ delay: { kind: 'constant', ms } })
}

/** A simulation of two peers and a delay of 10 ms, unless a test says otherwise. */
export function simulationOf(
  protocols: SimulationOptions['protocols'],
  options: Partial<SimulationOptions> = {},
  range?: PeerRange,
): Simulation {
  const defaults = { peers: 2, seed: 1, kernels: createKernels(), network: delayOf(10) }
  return new Simulation({ ...defaults, ...options, protocols }, range)
}

/** Words that have been allocated of a memory: where the next allocation would start. */
export function wordsInUse({ memory }: Kernels): number {
  return memory.allocate(0)
}

/** A copy of a message, its payload as signed integers up to the next multiple of four words. */
export function copyOf(kernels: Kernels, { kind, value, stamp, offset, length }: Message) {
  const end = offset + Math.ceil(length / 4) * 4
  return { kind, value, stamp, length, padded: Array.from(kernels.memory.int32.subarray(offset, end)) }
}
