import type { Context, Memory, PeerSampler } from '@hearsay/core'
import { AntiEntropy, type AntiEntropyOptions } from './anti-entropy.ts'
import { RumorMongering } from './rumor-mongering.ts'
import type { RumorMongeringOptions } from './rumor-mongering-options.ts'
import type { ReplicaStore } from './replica-store.ts'
import { mixNumber, readPair, writePair } from './word-pairs.ts'

/** Words of a rumor before the value: id (2), version (2). */
const HEADER = 4

/** What {@link BackedUpRumors} need. */
export interface BackedUpRumorsOptions {
  /** Hosted peers. */
  readonly peers: number
  readonly memory: Memory
  readonly sampler: PeerSampler
  readonly store: ReplicaStore
  /** How updates spread. */
  readonly rumors: Omit<RumorMongeringOptions, 'peers' | 'memory' | 'sampler' | 'contentWords' | 'deliver'>
  /** How what they have missed is found: more seldom. */
  readonly antiEntropy: Omit<AntiEntropyOptions, 'memory' | 'sampler' | 'store' | 'deliver'>
  /**
   * Whether an update that anti-entropy has found missing becomes a hot rumor again at the peer that missed it. Worth it
   * where many may have missed it; a few that did are served by anti-entropy alone.
   *
   * @defaultValue false
   */
  readonly redistribute?: boolean
}

/**
 * Rumor mongering backed up by anti-entropy (Demers et al. 1987, §1.5): updates of a replicated key–value state spread as
 * rumors, fast and cheaply, and anti-entropy sees to it that each reaches every replica in the end. Give both protocols
 * to the host's stack.
 */
export class BackedUpRumors {
  readonly store: ReplicaStore
  readonly rumors: RumorMongering
  readonly antiEntropy: AntiEntropy
  readonly #memory: Memory
  /** Where a rumor's content is put together. */
  readonly #content: Int32Array

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: BackedUpRumorsOptions) {
    const { peers, memory, sampler, store } = options
    this.store = store
    this.#memory = memory
    this.#content = new Int32Array(HEADER + store.valueWords)
    const contentWords = HEADER + store.valueWords
    this.rumors = new RumorMongering({
      ...options.rumors,
      ...{ peers, memory, sampler, contentWords },
      deliver: (context, _rumor, offset, length) => this.#takeUp(context.self, offset, length),
    })
    const again = (context: Context, id: number): void => this.#spread(context.self, id, context.now)
    this.antiEntropy = new AntiEntropy({
      ...options.antiEntropy,
      ...{ memory, sampler, store },
      ...(options.redistribute === true ? { deliver: again } : {}),
    })
  }

  /** As {@link ReplicaStore.write}, and spreads it. @param nowMs - The host's time. */
  write(peer: number, id: number, value: ArrayLike<number>, timestamp: number, nowMs: number): boolean {
    const newest = this.store.write(peer, id, value, timestamp)
    if (newest) this.#spread(peer, id, nowMs)
    return newest
  }

  /** As {@link ReplicaStore.remove}, and spreads it. @param nowMs - The host's time. */
  remove(peer: number, id: number, timestamp: number, nowMs: number): boolean {
    const newest = this.store.remove(peer, id, timestamp)
    if (newest) this.#spread(peer, id, nowMs)
    return newest
  }

  #spread(peer: number, id: number, nowMs: number): void {
    const { store } = this
    const index = store.lowerBound(peer, id)
    const version = store.versionAt(index)
    const [offset, length] = [store.offsetAt(index), store.lengthAt(index)]
    writePair(this.#content, 0, id)
    writePair(this.#content, 2, version)
    this.#content.set(this.#memory.int32.subarray(offset, offset + length), HEADER)
    this.rumors.publish(
      peer,
      rumorOf(id, version, store.hashAt(index)),
      nowMs,
      this.#content.subarray(0, HEADER + length),
    )
  }

  #takeUp(self: number, offset: number, length: number): void {
    if (length < HEADER) return
    const { int32 } = this.#memory
    const id = readPair(int32, offset)
    const version = readPair(int32, offset + 2)
    const value = length - HEADER
    if (id < 0 || version < 0 || (version % 2 === 1 && value > 0)) return
    this.store.apply(self, id, version, int32, offset + HEADER, value)
  }
}

/** 53 bits that name a version of an entry. Where two share a name one of them does not spread; anti-entropy brings it. */
function rumorOf(id: number, version: number, hash: number): number {
  const low = mixNumber(mixNumber(hash, id), version) >>> 0
  const high = mixNumber(mixNumber(~hash, version), id) & 0x1fffff
  return high * 2 ** 32 + low || 1
}
