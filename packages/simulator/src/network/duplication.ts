import type { Random } from '@hearsay/core'
import { checkInteger, checkProbability } from './checks.ts'
import { type Delay, delaySampler } from './delay.ts'
import { LOST, type NetworkModel } from './network-model.ts'

/** Copies of messages: soon after the original they are duplicates, long after it replays. */
export interface DuplicationOptions {
  /** The probability in [0, 1] that a message is followed by a copy, and each copy by one more up to `copiesMax`. */
  readonly probability: number
  /**
   * How much later than the message the copy is sent, each one drawn anew.
   *
   * @defaultValue none
   */
  readonly delay?: Delay
  /**
   * Copies of one message at most, 1 … 1000.
   *
   * @defaultValue 1
   */
  readonly copiesMax?: number
}

/**
 * A part for {@link composeNetwork} that makes copies of messages, lost ones too. Each copy then passes the other parts of
 * the network as a message of its own: it may be lost, and takes its own time.
 *
 * @throws {@link UsageError} `DUPLICATION`, `DELAY`, `WEIGHTS` when an option is out of its range.
 */
export function duplication(options: DuplicationOptions): NetworkModel {
  return new Duplication(options)
}

class Duplication implements NetworkModel {
  readonly minimumDelayMs = 0
  readonly #probability: number
  readonly #copiesMax: number
  readonly #draw: (random: Random) => number
  /** Copies of the message that was asked about last: no state between events. */
  #copies = 0

  constructor({ probability, delay = { kind: 'constant', ms: 0 }, copiesMax = 1 }: DuplicationOptions) {
    this.#probability = checkProbability('DUPLICATION', 'the probability of a copy', probability)
    this.#copiesMax = checkInteger('DUPLICATION', 'the number of copies', copiesMax, 1, 1000)
    this.#draw = delaySampler(delay).draw
  }

  transfer(): number {
    this.#copies = 0
    return 0
  }

  duplicate(random: Random): number {
    if (this.#copies === this.#copiesMax || random.float64() >= this.#probability) return LOST
    this.#copies++
    return this.#draw(random)
  }
}
