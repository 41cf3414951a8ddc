import type { Archive, Persistent } from './archive/archive.ts'
import { UsageError } from './errors.ts'
import { naturalLogarithm } from './natural-logarithm.ts'

const WORDS_PER_STREAM = 4
const TWO_POW_MINUS_53 = 2 ** -53
const TWO_POW_32 = 2 ** 32
const TWO_POW_MINUS_32 = 2 ** -32
/** Up to this bound the product with 32 random bits is exact in a float64. */
const EXACT_BOUND = 2 ** 21

/** Streams among other words: stream i is words[first + i · stride] and the three words behind it. */
export interface StreamRows {
  readonly words: Int32Array
  /** At least 4. */
  readonly stride: number
  readonly first: number
}

const DENSE = { stride: WORDS_PER_STREAM, first: 0 }

/**
 * Independent, seeded streams of random numbers, one per peer: xoshiro128** (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", 2021) with its 16 bytes of state per stream in one typed array. Only integer
 * arithmetic and correctly rounded operations are used, so that every machine draws the same numbers.
 */
export class RandomStreams implements Persistent {
  readonly #cursor: Random

  /**
   * @param count - Number of streams.
   * @param seed - A safe integer ≥ 0.
   * @param purpose - Sets of streams with the same seed and different purposes are independent, for example what the
   *   protocols of a run draw and what its network draws. Default 0.
   * @param rows - Where the streams are kept. Default: an array of their own.
   */
  constructor(count: number, seed: number, purpose = 0, rows?: StreamRows) {
    assertSeed(seed)
    const { words, stride, first } = rows ?? { words: new Int32Array(count * WORDS_PER_STREAM), ...DENSE }
    for (let stream = 0; stream < count; stream++) seedStream(words, first + stream * stride, seed, stream, purpose)
    this.#cursor = new Random(words, { stride, first })
  }

  /** The streams' shared cursor, set to `stream`. It is the same object at every call. */
  at(stream: number): Random {
    this.#cursor.select(stream)
    return this.#cursor
  }

  /** Saves the array that the streams are in, and all else that is in it. */
  persist(archive: Archive): void {
    this.#cursor.persist(archive)
  }
}

/**
 * A stream that stands alone: stream `index` of the {@link RandomStreams} with the same seed and purpose.
 *
 * @param seed - A safe integer ≥ 0.
 */
export function randomStream(seed: number, index = 0, purpose = 0): Random {
  assertSeed(seed)
  const state = new Int32Array(WORDS_PER_STREAM)
  seedStream(state, 0, seed, index, purpose)
  return new Random(state)
}

/** A cursor over seeded streams of random numbers; see {@link RandomStreams} and {@link randomStream}. */
export class Random implements Persistent {
  readonly #state: Int32Array
  readonly #stride: number
  readonly #first: number
  #base: number

  /**
   * @param state - Four words per stream, not all zero; shared, not copied.
   * @param layout - Where they are. Default: one stream behind the other.
   */
  constructor(state: Int32Array, { stride, first }: Pick<StreamRows, 'stride' | 'first'> = DENSE) {
    this.#state = state
    this.#stride = stride
    this.#first = first
    this.#base = first
  }

  /** Makes this cursor draw from stream `stream` of its state. Protocols never call this: hosts do. */
  select(stream: number): void {
    this.#base = this.#first + stream * this.#stride
  }

  /** Saves all streams of this cursor's state; not which of them it draws from. */
  persist(archive: Archive): void {
    archive.array(this.#state)
  }

  /** A uniform integer in [0, 2³²). */
  uint32(): number {
    const s = this.#state
    const i = this.#base
    const s1 = s[i + 1]
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0
    const s2 = s[i + 2] ^ s[i]
    const s3 = s[i + 3] ^ s1
    s[i + 1] = s1 ^ s2
    s[i] = s[i] ^ s3
    s[i + 2] = s2 ^ (s1 << 9)
    s[i + 3] = rotateLeft(s3, 11)
    return result
  }

  /** A uniform float64 in [0, 1), a multiple of 2⁻⁵³. */
  float64(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 67108864 + low) * TWO_POW_MINUS_53
  }

  /**
   * A uniform integer in [0, bound), without bias (Lemire, "Fast random integer generation in an interval", 2019).
   *
   * @param bound - An integer in 1 … 2³².
   */
  below(bound: number): number {
    for (;;) {
      const draw = this.uint32()
      if (bound <= EXACT_BOUND) {
        const product = draw * bound
        const whole = Math.floor(product * TWO_POW_MINUS_32)
        const fraction = product - whole * TWO_POW_32
        if (fraction >= bound || fraction >= TWO_POW_32 % bound) return whole
      } else {
        // The product has up to 64 bits: `bound` is split so that both halves stay exact in a float64.
        const low = draw * (bound & 0xffff)
        const carried = draw * Math.floor(bound / 0x10000) + Math.floor(low / 0x10000)
        const whole = Math.floor(carried / 0x10000)
        const fraction = (carried - whole * 0x10000) * 0x10000 + (low % 0x10000)
        if (fraction >= bound || fraction >= TWO_POW_32 % bound) return whole
      }
    }
  }

  /** A normally distributed float64 with mean 0 and standard deviation 1 (Marsaglia's polar method). */
  normal(): number {
    for (;;) {
      const x = 2 * this.float64() - 1
      const y = 2 * this.float64() - 1
      const square = x * x + y * y
      if (square < 1 && square > 0) return x * Math.sqrt((-2 * naturalLogarithm(square)) / square)
    }
  }

  /** Shuffles the first `length` entries in place (Fisher and Yates). */
  shuffle(values: { [index: number]: number; readonly length: number }, length: number = values.length): void {
    for (let i = length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const swapped = values[i]
      values[i] = values[j]
      values[j] = swapped
    }
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

/** Fills the four words from `first` on, one stream's state, from hashed words, so that neighbouring seeds and indices share nothing. */
function seedStream(state: Int32Array, first: number, seed: number, index: number, purpose: number): void {
  let hash = mix(seed >>> 0, 0x9e3779b9)
  hash = mix(hash ^ Math.floor(seed / TWO_POW_32), 0x85ebca6b)
  hash = mix(hash ^ purpose, 0xc2b2ae35)
  hash = mix(hash ^ index, 0x27d4eb2f)
  // 32 bits of hash would let two of 10⁶ streams collide: the index and the seed enter every word again.
  for (let word = 0; word < WORDS_PER_STREAM; word++) {
    hash = mix((hash + index) | 0, 0x9e3779b9 + word)
    hash = mix((hash ^ seed) | 0, 0x165667b1)
    state[first + word] = hash
  }
  if ((state[first] | state[first + 1]) === 0) state[first] = 1
}

/** The finaliser of MurmurHash3 (Appleby), keyed: a bijection of `value` for every key. */
function mix(value: number, key: number): number {
  let h = (value ^ key) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function assertSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new UsageError('SEED_INVALID', `a seed is a safe integer ≥ 0, not ${seed}`)
  }
}
