import type { Random } from '@hearsay/core'

const PRECISION_MAX = 6

/**
 * Words of 32 independent coins each, that show 1 with a probability of `numerator`/2^`bits`, the nearest to the one
 * asked for that `bits` random words a word can give.
 */
export class Coin {
  /** Random words that one word of coins costs. */
  readonly bits: number
  readonly numerator: number

  /**
   * @param probability - In (0, 1).
   * @param tolerance - The error that is not worth another random word.
   */
  constructor(probability: number, tolerance: number) {
    let bits = 1
    const nearest = (): number => Math.min(2 ** bits - 1, Math.max(1, Math.round(probability * 2 ** bits)))
    while (bits < PRECISION_MAX && Math.abs(nearest() / 2 ** bits - probability) > tolerance) bits++
    this.numerator = nearest()
    // Trailing zeros cost words and change nothing.
    while ((this.numerator & 1) === 0) {
      this.numerator >>= 1
      bits--
    }
    this.bits = bits
  }

  /** Writes `length` words of coins to `target`. */
  toss(random: Random, target: Int32Array, length: number): void {
    const { bits, numerator } = this
    for (let i = 0; i < length; i++) target[i] = random.uint32()
    // From the last binary digit of the probability, a 1, on: a digit 1 adds half of the zeros, a digit 0 drops half of the ones.
    for (let digit = 1; digit < bits; digit++) {
      const isOne = ((numerator >> digit) & 1) === 1
      for (let i = 0; i < length; i++) target[i] = isOne ? target[i] | random.uint32() : target[i] & random.uint32()
    }
  }
}
