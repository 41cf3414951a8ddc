import { randomStream } from '@hearsay/core'
import { describe, expect, test } from 'vitest'
import { sizeOf } from '../../src/shuffle/bit-set.ts'
import { Coin } from '../../src/shuffle/coin.ts'

const WORDS = 4000

function shareOf(coin: Coin): number {
  const words = new Int32Array(WORDS)
  coin.toss(randomStream(3), words, WORDS)
  return sizeOf(words, 0, WORDS) / (32 * WORDS)
}

describe('Coin', () => {
  test.each([0.5, 0.25, 0.75, 0.3, 0.9, 0.02])('shows 1 with a probability of about %d', (probability) => {
    const coin = new Coin(probability, 0.001)
    const share = coin.numerator / 2 ** coin.bits
    expect(Math.abs(share - probability)).toBeLessThanOrEqual(2 ** -7 + 1e-12)
    expect(Math.abs(shareOf(coin) - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / (32 * WORDS)))
  })

  test('costs no more random words than it must', () => {
    expect(new Coin(0.5, 0)).toMatchObject({ bits: 1, numerator: 1 })
    expect(new Coin(0.75, 0)).toMatchObject({ bits: 2, numerator: 3 })
    expect(new Coin(0.3, 0.06)).toMatchObject({ bits: 2, numerator: 1 })
    expect(new Coin(1 - 1e-9, 0.01).bits).toBeLessThanOrEqual(6)
  })
})
