import { type Context, type Message, UsageError } from '@hearsay/core'
import type { Kernels } from '@hearsay/kernels'
import type { FederatedFormat } from './exchange/federated-format.ts'
import type { ServerRule } from './rules/server-rule.ts'
import type { LocalTraining } from './training/local-training.ts'

/** What a `FederatedLearning` needs. */
export interface FederatedLearningOptions extends FederatedFormat {
  /** Hosted peers. */
  readonly peers: number
  readonly kernels: Kernels
  /** What clients do; see `createFederatedParts`. */
  readonly training: LocalTraining
  /** What the server does with the mean of their updates. */
  readonly rule: ServerRule
  /**
   * The peer that is the server: an integer ≥ 0.
   *
   * @defaultValue 0
   */
  readonly server?: number | undefined
  /**
   * Whether the server is a client of its own too, at no traffic, where it has rows.
   *
   * @defaultValue false
   */
  readonly serverTrains?: boolean | undefined
  /**
   * How the server asks itself, where training takes time: it is handed the message that a client would get, and gives it, borrowed, to
   * whoever trains; then `onMessage` gets it as from the server itself.
   *
   * @defaultValue the server trains within the handler that opens a round
   */
  readonly askItself?: ((context: Context, message: Message) => void) | undefined
  /**
   * C in (0, 1]: the share of the clients known to be there that each round asks, max(1, round(C·K)) of K (McMahan et al.
   * 2017, algorithm 1).
   *
   * @defaultValue 1
   */
  readonly fraction?: number | undefined
  /** The shortest round, in milliseconds ≥ 1: the server looks once in this time whether the round is complete. */
  readonly roundMs: number
  /**
   * When the first round begins after the server has come online, in milliseconds ≥ 1: clients that have checked in by then
   * take part.
   *
   * @defaultValue `roundMs`
   */
  readonly openingMs?: number | undefined
  /**
   * The longest round, in milliseconds ≥ `roundMs`, rounded up to a multiple of it: then the server goes on with the updates
   * that it has.
   *
   * @defaultValue `roundMs`
   */
  readonly deadlineMs?: number | undefined
  /**
   * The fewest updates, ≥ 1, that change the model; a round with fewer is void.
   *
   * @defaultValue 1
   */
  readonly updatesMin?: number | undefined
  /**
   * How often, in milliseconds ≥ 1, a client that is not asked to train tells the server that it is there.
   *
   * @defaultValue the deadline
   */
  readonly checkInMs?: number | undefined
  /**
   * How long, in milliseconds ≥ `checkInMs`, the server believes that a client is there that it does not hear of.
   *
   * @defaultValue 3 · `checkInMs`
   */
  readonly availableMs?: number | undefined
  /**
   * The most clients that the server keeps in mind, ≥ 1. A server on a network hosts one peer and needs to be told.
   *
   * @defaultValue `peers`
   */
  readonly clientsMax?: number | undefined
  /**
   * Milliseconds ≥ 0 that local training takes on a hosted peer, for hosts whose time is virtual.
   *
   * @defaultValue none
   */
  readonly trainingMs?: ((peer: number) => number) | undefined
}

/** The times and numbers of a run, filled in and checked. */
export interface FederatedSettings {
  readonly server: number
  readonly serverTrains: boolean
  readonly fraction: number
  readonly roundMs: number
  readonly openingMs: number
  /** The deadline, in looks of the server. */
  readonly ticksMax: number
  readonly updatesMin: number
  readonly checkInMs: number
  readonly availableMs: number
  readonly clientsMax: number
}

/** @throws {@link UsageError} `FEDERATED` when an option is out of its range. */
export function federatedSettings(options: FederatedLearningOptions): FederatedSettings {
  const { roundMs, deadlineMs = roundMs, openingMs = roundMs } = options
  const { server = 0, fraction = 1, updatesMin = 1, checkInMs = deadlineMs, clientsMax = options.peers } = options
  const { availableMs = 3 * checkInMs } = options
  check(Number.isSafeInteger(server) && server >= 0, `server is a peer's number, not ${server}`)
  check(fraction > 0 && fraction <= 1, `fraction is in (0, 1], not ${fraction}`)
  check(roundMs >= 1 && Number.isFinite(roundMs), `roundMs is a finite time ≥ 1 ms, not ${roundMs}`)
  check(openingMs >= 1 && Number.isFinite(openingMs), `openingMs is a finite time ≥ 1 ms, not ${openingMs}`)
  check(deadlineMs >= roundMs && Number.isFinite(deadlineMs), `deadlineMs is finite and ≥ roundMs, not ${deadlineMs}`)
  check(Number.isInteger(updatesMin) && updatesMin >= 1, `updatesMin is an integer ≥ 1, not ${updatesMin}`)
  check(checkInMs >= 1 && Number.isFinite(checkInMs), `checkInMs is a finite time ≥ 1 ms, not ${checkInMs}`)
  check(availableMs >= checkInMs, `availableMs is a time ≥ checkInMs, not ${availableMs}`)
  check(Number.isInteger(clientsMax) && clientsMax >= 1, `clientsMax is an integer ≥ 1, not ${clientsMax}`)
  const ticksMax = Math.ceil(deadlineMs / roundMs)
  const serverTrains = options.serverTrains ?? false
  return {
    ...{ server, serverTrains, fraction, roundMs, openingMs, ticksMax },
    ...{ updatesMin, checkInMs, availableMs, clientsMax },
  }
}

function check(holds: boolean, problem: string): void {
  if (!holds) throw new UsageError('FEDERATED', `federated learning: ${problem}`)
}
