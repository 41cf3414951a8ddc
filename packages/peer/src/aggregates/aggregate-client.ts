import {
  type Context,
  EnvironmentError,
  type Guard,
  type Memory,
  type Message,
  type Protocol,
  randomStream,
  type Refusal,
} from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { type Clock, systemClock } from '../clock.ts'
import { contactOf } from '../contacts.ts'
import { entropy } from '../entropy.ts'
import type { TransportLog } from '../libp2p-log.ts'
import { createLibp2pTransport, type Libp2pTransport } from '../libp2p-transport.ts'
import { ProtocolHost } from '../protocol-host.ts'
import { type AggregateAnswer, QUERY, readAnswer } from './aggregate-answer.ts'
import { createAggregatesCodec } from './swarm-aggregates.ts'

/** How to ask a swarm. */
export interface AggregateClientOptions {
  /** Multiaddrs of learning peers, each with its `/p2p/…`, at least one. All are asked. */
  readonly join: readonly string[]
  /** Hears every answer, of whichever peer. */
  readonly onAnswer: (answer: AggregateAnswer, peer: string) => void
  /** Milliseconds between two questions, > 0. @defaultValue 1000 */
  readonly periodMs?: number
  readonly clock?: Clock
  readonly log?: TransportLog
}

/**
 * Asks peers of a swarm, again and again, what their last finished epoch says. It takes part in nothing: it listens on no
 * address, is in no view and is not counted.
 */
export class AggregateClient {
  readonly #transport: Libp2pTransport
  readonly #host: ProtocolHost

  /** Use {@link startAggregateClient}. */
  constructor(transport: Libp2pTransport, host: ProtocolHost) {
    this.#transport = transport
    this.#host = host
  }

  /** Closes everything. Idempotent. */
  async stop(): Promise<void> {
    this.#host.stop()
    await this.#transport.stop()
  }
}

/**
 * Starts asking.
 *
 * @throws {@link ConfigurationError} `ADDRESS`, `BOOTSTRAP_ADDRESS` for an address that cannot be used.
 */
export async function startAggregateClient(options: AggregateClientOptions): Promise<AggregateClient> {
  const { join, periodMs = 1000, clock = systemClock, log, onAnswer } = options
  const codec = createAggregatesCodec()
  const transport = await createLibp2pTransport({
    ...{ clock, listen: [], bootstrap: join, protocols: [codec] },
    ...(log === undefined ? {} : { log }),
  })
  const memory = new BufferMemory(1024)
  const asking = new Asking(memory, periodMs, (answer, peer) => onAnswer(answer, host.peers.nameOf(peer) ?? ''))
  const host: ProtocolHost = new ProtocolHost({
    ...{ transport, clock, memory, random: randomStream(entropy()) },
    protocols: [{ protocol: asking, codec, guard: asking }],
    onRefusal: (refusal) => log?.info({ ...refusal }, 'refused a message'),
    onFault: ({ error }) => {
      throw error
    },
  })
  for (const { name, address } of join.map(contactOf)) asking.peers.push(host.peers.intern(name, [address]))
  await transport.start()
  host.start()
  return new AggregateClient(transport, host)
}

/**
 * The first answer of a finished epoch.
 *
 * @param deadlineMs - Milliseconds to wait for it.
 * @throws {@link ConfigurationError} as {@link startAggregateClient} does; {@link EnvironmentError} `NO_ANSWER` when nobody
 *   answers, `NO_AGGREGATES` when the swarm does not aggregate, `NO_EPOCH` when no epoch ends in time; the signal's reason.
 */
export async function askAggregates(
  options: Omit<AggregateClientOptions, 'onAnswer'> & { readonly deadlineMs: number; readonly signal?: AbortSignal },
): Promise<AggregateAnswer> {
  const { deadlineMs, signal, clock = systemClock, ...rest } = options
  const { promise, resolve, reject } = Promise.withResolvers<AggregateAnswer>()
  let last: AggregateAnswer | undefined
  const onAnswer = (answer: AggregateAnswer): void => {
    last = answer
    if (answer.epoch >= 0) resolve(answer)
    else if (!answer.aggregates) reject(aggregationProblem(answer, deadlineMs))
  }
  const onAbort = (): void => reject(signal?.reason as Error)
  const cancel = clock.schedule(deadlineMs, () => reject(aggregationProblem(last, deadlineMs)))
  signal?.addEventListener('abort', onAbort)
  if (signal?.aborted === true) onAbort()
  // Whatever comes before anybody awaits it.
  promise.catch(() => {})
  try {
    const client = await startAggregateClient({ ...rest, clock, onAnswer })
    try {
      return await promise
    } finally {
      await client.stop()
    }
  } finally {
    cancel()
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Why there is no result, from the last answer that came in `deadlineMs`, if any. */
export function aggregationProblem(last: AggregateAnswer | undefined, deadlineMs: number): EnvironmentError {
  const seconds = deadlineMs / 1000
  if (last === undefined) {
    return new EnvironmentError(
      'NO_ANSWER',
      `nobody answered in ${seconds} s: is a peer of a running swarm at that address?`,
    )
  }
  if (!last.aggregates) {
    return new EnvironmentError('NO_AGGREGATES', 'this swarm does not aggregate: its launcher has turned that off')
  }
  const nextS = Math.ceil(last.nextMs / 1000)
  return new EnvironmentError(
    'NO_EPOCH',
    `no epoch has ended in ${seconds} s: the running one ends in about ${nextS} s, so wait longer`,
  )
}

class Asking implements Protocol, Guard {
  readonly peers: number[] = []
  readonly #memory: Memory
  readonly #periodMs: number
  readonly #onAnswer: (answer: AggregateAnswer, peer: number) => void

  constructor(memory: Memory, periodMs: number, onAnswer: (answer: AggregateAnswer, peer: number) => void) {
    this.#memory = memory
    this.#periodMs = periodMs
    this.#onAnswer = onAnswer
  }

  inspect(message: Message): Refusal | undefined {
    const answer = readAnswer(message, this.#memory)
    return typeof answer === 'string' ? answer : undefined
  }

  onStart(context: Context): void {
    this.onTimeout(context)
  }

  onTimeout(context: Context): void {
    for (const peer of this.peers) context.send(peer, QUERY)
    context.setTimer(0, this.#periodMs)
  }

  onMessage(_context: Context, from: number, message: Message): void {
    const answer = readAnswer(message, this.#memory)
    // A stranger that was not asked has nothing to say.
    if (typeof answer !== 'string' && this.peers.includes(from)) this.#onAnswer(answer, from)
  }
}
