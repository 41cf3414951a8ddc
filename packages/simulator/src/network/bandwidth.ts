import { type Archive, type Random, randomStream, UsageError } from '@hearsay/core'
import { checkAtLeast, checkInteger } from './checks.ts'
import { LOST, type NetworkModel } from './network-model.ts'
import { SetupPurpose } from './setup-streams.ts'
import { drawMsPerByte, type TransferRate } from './transfer-rate.ts'

/** Access links of limited rate. */
export interface BandwidthOptions {
  /** Peers of the run. */
  readonly peers: number
  /**
   * Draws the peers' classes: a safe integer ≥ 0.
   *
   * @defaultValue 0
   */
  readonly seed?: number
  /**
   * What peers can send.
   *
   * @defaultValue Infinity
   */
  readonly upload?: TransferRate
  /**
   * What peers can receive.
   *
   * @defaultValue Infinity
   */
  readonly download?: TransferRate
  /**
   * Bytes of a message besides its words of four bytes each, ≥ 0.
   *
   * @defaultValue 64
   */
  readonly headerBytes?: number
  /**
   * Whether messages wait for one another at both ends. Without queues each is sent as if it were alone: less exact, and
   * cheaper.
   *
   * @defaultValue true
   */
  readonly queues?: boolean
  /**
   * A message that would have to wait longer than this at either end is lost, ≥ 0; needs queues.
   *
   * @defaultValue Infinity
   */
  readonly waitMsMax?: number
}

/**
 * Transfer times by the size of messages: bytes / min(upload of the sender, download of the receiver) for a message alone.
 * With queues, messages of a sender leave one after the other, and those to a receiver come through one after the other,
 * in the order of their last bytes; a receiver's link is busy from the moment when the first byte can have come.
 *
 * @throws {@link UsageError} `PEERS`, `BANDWIDTH`, `WEIGHTS` when an option is out of its range.
 */
export function bandwidth(options: BandwidthOptions): NetworkModel {
  const { peers, seed = 0, upload = Number.POSITIVE_INFINITY, download = Number.POSITIVE_INFINITY } = options
  const { headerBytes = 64, queues = true, waitMsMax = Number.POSITIVE_INFINITY } = options
  checkInteger('PEERS', 'the number of peers', peers, 1)
  checkAtLeast('BANDWIDTH', 'the header of a message', headerBytes, 0, 'bytes')
  if (!(waitMsMax >= 0)) throw new UsageError('BANDWIDTH', `the longest wait is a time in ms ≥ 0, not ${waitMsMax}`)
  if (!queues && options.waitMsMax !== undefined) {
    throw new UsageError('BANDWIDTH', 'without queues no message waits: leave waitMsMax away, or queue')
  }
  const random = randomStream(seed, 0, SetupPurpose.bandwidth)
  const links: Links = {
    up: drawMsPerByte(upload, peers, random),
    down: drawMsPerByte(download, peers, random),
    headerBytes,
  }
  return queues ? new QueuedLinks(links, waitMsMax) : withoutQueues(links)
}

/** Milliseconds per byte of each peer's links. */
interface Links {
  readonly up: Float64Array
  readonly down: Float64Array
  readonly headerBytes: number
}

function withoutQueues({ up, down, headerBytes }: Links): NetworkModel {
  return {
    minimumDelayMs: headerBytes * Math.max(leastOf(up), leastOf(down)),
    transfer: (_random, from, to, words) => (headerBytes + 4 * words) * Math.max(up[from], down[to]),
  }
}

class QueuedLinks implements NetworkModel {
  readonly minimumDelayMs: number
  readonly #links: Links
  readonly #waitMsMax: number
  /** When each peer's links have done all that they were given. */
  readonly #upFreeMs: Float64Array
  readonly #downFreeMs: Float64Array

  constructor(links: Links, waitMsMax: number) {
    this.#links = links
    this.#waitMsMax = waitMsMax
    this.minimumDelayMs = links.headerBytes * leastOf(links.up)
    this.#upFreeMs = new Float64Array(links.up.length)
    this.#downFreeMs = new Float64Array(links.up.length)
  }

  transfer(_random: Random, from: number, _to: number, words: number, nowMs: number): number {
    const duration = (this.#links.headerBytes + 4 * words) * this.#links.up[from]
    const wait = Math.max(0, this.#upFreeMs[from] - nowMs)
    if (wait > this.#waitMsMax) return LOST
    this.#upFreeMs[from] = nowMs + wait + duration
    return wait + duration
  }

  receive(_random: Random, from: number, to: number, words: number, nowMs: number): number {
    const { up, down, headerBytes } = this.#links
    const bytes = headerBytes + 4 * words
    // The upload of the message may have filled the link all the while that its first bytes were there: both ends work at once.
    const firstByteMs = nowMs - bytes * up[from]
    const startMs = Math.max(firstByteMs, this.#downFreeMs[to])
    if (startMs - nowMs > this.#waitMsMax) return LOST
    const delay = Math.max(0, startMs - nowMs + bytes * down[to])
    this.#downFreeMs[to] = nowMs + delay
    return delay
  }

  persist(archive: Archive): void {
    archive.array(this.#upFreeMs)
    archive.array(this.#downFreeMs)
  }
}

function leastOf(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value))
}
