import type { Archive, Random } from '@hearsay/core'
import { LOST, type NetworkModel } from './network-model.ts'

/**
 * One network out of several, each responsible for one thing.
 *
 * - *Sending.* Every part sees every message, in the order given, also one that an earlier part loses: what it takes of
 *   a sender's upload or opens in a translator it takes and opens anyway. The delays add up; a message that any part loses
 *   is lost. So does the minimum add up.
 * - *Copies.* Each part may make copies of a message. A copy passes all other parts as a message of its own.
 * - *Receiving.* A message meets the parts one after the other, in the order given, each at the time when the former ones
 *   are through with it; the first that loses it ends its way. So put what filters before what queues.
 */
export function composeNetwork(parts: readonly NetworkModel[]): NetworkModel {
  if (parts.length === 1) return parts[0]
  const minimumDelayMs = parts.reduce((sum, part) => sum + (part.minimumDelayMs ?? 0), 0)
  const receivers = parts.filter((part) => part.receive !== undefined)
  const stateful = parts.filter((part) => part.persist !== undefined)
  return {
    minimumDelayMs,
    ...senderOf(parts),
    ...(receivers.length > 0 && { receive: receiverOf(receivers) }),
    ...(stateful.length > 0 && {
      persist: (archive: Archive): void => {
        for (const part of stateful) part.persist?.(archive)
      },
    }),
  }
}

function senderOf(parts: readonly NetworkModel[]): Pick<NetworkModel, 'transfer' | 'duplicate'> {
  const transfer = (random: Random, from: number, to: number, words: number, nowMs: number): number => {
    let sum = 0
    for (let i = 0; i < parts.length; i++) {
      const delay = parts[i].transfer(random, from, to, words, nowMs)
      sum = delay === LOST || sum === LOST ? LOST : sum + delay
    }
    return sum
  }
  if (!parts.some((part) => part.duplicate !== undefined)) return { transfer }
  const copies = new Copies(parts)
  return {
    transfer: (random, from, to, words, nowMs) => {
      copies.restart()
      return transfer(random, from, to, words, nowMs)
    },
    duplicate: (random, from, to, words, nowMs) => copies.next(random, from, to, words, nowMs),
  }
}

/** The copies that all parts make of one message, part by part. */
class Copies {
  readonly #parts: readonly NetworkModel[]
  /** The part that is asked for copies: no state between events. */
  #asked = 0

  constructor(parts: readonly NetworkModel[]) {
    this.#parts = parts
  }

  restart(): void {
    this.#asked = 0
  }

  /** The delay of the next copy that is not lost, or {@link LOST} when no part makes one more. */
  next(random: Random, from: number, to: number, words: number, nowMs: number): number {
    while (this.#asked < this.#parts.length) {
      const later = this.#parts[this.#asked].duplicate?.(random, from, to, words, nowMs) ?? LOST
      if (later === LOST) {
        this.#asked++
        continue
      }
      const delay = this.#passOthers(later, random, from, to, words, nowMs)
      if (delay !== LOST) return delay
    }
    return LOST
  }

  #passOthers(later: number, random: Random, from: number, to: number, words: number, nowMs: number): number {
    let sum = 0
    for (let i = 0; i < this.#parts.length; i++) {
      const delay = i === this.#asked ? later : this.#parts[i].transfer(random, from, to, words, nowMs)
      sum = delay === LOST || sum === LOST ? LOST : sum + delay
    }
    return sum
  }
}

function receiverOf(parts: readonly NetworkModel[]): NonNullable<NetworkModel['receive']> {
  return (random, from, to, words, nowMs) => {
    let sum = 0
    for (let i = 0; i < parts.length; i++) {
      const delay = parts[i].receive?.(random, from, to, words, nowMs + sum) ?? 0
      if (delay === LOST) return LOST
      sum += delay
    }
    return sum
  }
}
