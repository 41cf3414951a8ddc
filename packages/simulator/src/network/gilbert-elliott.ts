import type { Archive, Random } from '@hearsay/core'
import { exponential } from '@hearsay/kernels'
import { checkInteger, checkPositive, checkProbability } from './checks.ts'
import { LOST, type NetworkModel } from './network-model.ts'

/** Loss in bursts: a chain that is good or bad, and loses messages at a rate of its own in either state. */
export interface GilbertElliottOptions {
  /** Peers of the run. */
  readonly peers: number
  /** How the chain moves: in time, whether messages are sent or not, or by one step at each message. */
  readonly chain: TimedChain | SteppedChain
  /**
   * The probability that a message is lost in the good state. 0 is Gilbert's model, more is Elliott's.
   *
   * @defaultValue 0
   */
  readonly lossGood?: number
  /**
   * The probability that a message is lost in the bad state.
   *
   * @defaultValue 1
   */
  readonly lossBad?: number
  /**
   * Chains of each peer, 1 … 1024. With one, a burst hits all that a peer sends: its access is bad. With more, each link
   * of the peer is assigned to one of them, so that links suffer apart.
   *
   * @defaultValue 1
   */
  readonly chainsPerPeer?: number
}

/** States last for exponentially distributed times. */
export interface TimedChain {
  readonly kind: 'timed'
  /** > 0. */
  readonly meanGoodMs: number
  /** > 0. */
  readonly meanBadMs: number
}

/** The chain steps before each message that it decides on, as in the literature. */
export interface SteppedChain {
  readonly kind: 'stepped'
  /** The probability of a step from the good to the bad state, in (0, 1]. */
  readonly toBad: number
  /** The probability of a step from the bad to the good state, in (0, 1]. */
  readonly toGood: number
}

/**
 * Bursty loss (Gilbert, "Capacity of a burst-noise channel", 1960; Elliott, "Estimates of error rates for codes on
 * burst-noise channels", 1963). All chains start in their stationary state. Delays no message.
 *
 * @throws {@link UsageError} `PEERS`, `LOSS`, `CHAIN` when an option is out of its range.
 */
export function gilbertElliottLoss(options: GilbertElliottOptions): NetworkModel {
  return new GilbertElliott(options)
}

/**
 * The share of messages that {@link gilbertElliottLoss} loses in the long run, at times that do not depend on its chains.
 *
 * @throws {@link UsageError} `LOSS`, `CHAIN` when an option is out of its range.
 */
export function gilbertElliottLossRate(options: Omit<GilbertElliottOptions, 'peers'>): number {
  const { lossGood = 0, lossBad = 1 } = options
  checkProbability('LOSS', 'the loss in the good state', lossGood)
  checkProbability('LOSS', 'the loss in the bad state', lossBad)
  const bad = badShare(options.chain)
  return lossGood + (lossBad - lossGood) * bad
}

function badShare(chain: TimedChain | SteppedChain): number {
  if (chain.kind === 'timed') {
    const { meanGoodMs, meanBadMs } = chain
    checkPositive('CHAIN', 'the mean length of a good state', meanGoodMs)
    checkPositive('CHAIN', 'the mean length of a bad state', meanBadMs)
    return meanBadMs / (meanGoodMs + meanBadMs)
  }
  const { toBad, toGood } = chain
  checkPositive('CHAIN', 'the probability of a step to the bad state', checkProbability('CHAIN', 'a step', toBad), '1')
  checkPositive(
    'CHAIN',
    'the probability of a step to the good state',
    checkProbability('CHAIN', 'a step', toGood),
    '1',
  )
  return toBad / (toBad + toGood)
}

const UNKNOWN = 2

class GilbertElliott implements NetworkModel {
  readonly minimumDelayMs = 0
  readonly #chains: number
  readonly #loss: readonly [number, number]
  readonly #badShare: number
  /** What is left of the memory of a chain: e^(−memory rate · time), or by step. */
  readonly #ratePerMs: number
  readonly #perStep: number
  /** 0 good, 1 bad, {@link UNKNOWN} where nothing was sent yet; row = peer · chains + chain. */
  readonly #states: Uint8Array
  /** When the state of the row was drawn; empty for stepped chains. */
  readonly #timesMs: Float64Array

  constructor(options: GilbertElliottOptions) {
    const { peers, chain, lossGood = 0, lossBad = 1, chainsPerPeer = 1 } = options
    checkInteger('PEERS', 'the number of peers', peers, 1)
    this.#chains = checkInteger('CHAIN', 'the number of chains per peer', chainsPerPeer, 1, 1024)
    gilbertElliottLossRate(options)
    this.#loss = [lossGood, lossBad]
    this.#badShare = badShare(chain)
    this.#ratePerMs = chain.kind === 'timed' ? 1 / chain.meanGoodMs + 1 / chain.meanBadMs : 0
    this.#perStep = chain.kind === 'timed' ? Number.NaN : 1 - chain.toBad - chain.toGood
    this.#states = new Uint8Array(peers * chainsPerPeer).fill(UNKNOWN)
    this.#timesMs = new Float64Array(chain.kind === 'timed' ? this.#states.length : 0)
  }

  transfer(random: Random, from: number, to: number, _words: number, nowMs: number): number {
    const row = this.#chains === 1 ? from : from * this.#chains + ((Math.imul(to, 0x9e3779b1) >>> 8) % this.#chains)
    const before = this.#states[row]
    let bad = this.#badShare
    // Both chains forget geometrically: P(bad | state before) = share + (before − share) · what is left of its memory.
    if (before !== UNKNOWN) bad += (before - bad) * this.#memoryLeft(row, nowMs)
    if (this.#ratePerMs > 0) this.#timesMs[row] = nowMs
    const state = random.float64() < bad ? 1 : 0
    this.#states[row] = state
    return random.float64() < this.#loss[state] ? LOST : 0
  }

  #memoryLeft(row: number, nowMs: number): number {
    return this.#ratePerMs > 0 ? exponential(this.#ratePerMs * (this.#timesMs[row] - nowMs)) : this.#perStep
  }

  persist(archive: Archive): void {
    archive.array(this.#states)
    archive.array(this.#timesMs)
  }
}
