import type { Message } from '@hearsay/core'
import { Double, RECEIVED, Word } from './events/message-record.ts'
import type { TimingWheel } from './events/timing-wheel.ts'
import { KINDS } from './simulated-context.ts'
import type { SimulatedEvent, Tap } from './tap.ts'

// Constants of this module, which the engine folds: those that a module imports it reads anew each time.
const { target: TARGET, source: SOURCE, type: TYPE, offset: OFFSET, length: LENGTH, sentAt: SENT_AT } = Word
const { value: VALUE, stamp: STAMP } = Double
const KIND_MASK = KINDS - 1

/** The one message object of a simulation. */
export class BorrowedMessage implements Message {
  kind = 0
  value = 0
  stamp = 0
  offset = 0
  length = 0

  /** Takes over what a record says. */
  read({ words, doubles }: TimingWheel, base: number): void {
    this.kind = words[base + TYPE] & KIND_MASK
    this.value = doubles[base / 2 + VALUE]
    this.stamp = doubles[base / 2 + STAMP]
    this.offset = words[base + OFFSET]
    this.length = words[base + LENGTH]
  }

  /** Says something else. @param type - Protocol · 128 + kind. */
  set(type: number, value: number, stamp: number, offset: number, length: number): void {
    this.kind = type & KIND_MASK
    this.value = value
    this.stamp = stamp
    this.offset = offset
    this.length = length
  }

  /** Writes what it says to a record. The payload goes with it. */
  write({ words, doubles }: TimingWheel, base: number, to: number, from: number, type: number, sentAt: number): void {
    words[base + TARGET] = to
    words[base + SOURCE] = from
    words[base + TYPE] = type
    words[base + OFFSET] = this.offset
    words[base + LENGTH] = this.length
    words[base + SENT_AT] = sentAt
    doubles[base / 2 + VALUE] = this.value
    doubles[base / 2 + STAMP] = this.stamp
  }

  /** Tells a tap what became of it. */
  tell(tap: Tap, what: SimulatedEvent['what'], peer: number, time: number, type: number, from: number): void {
    const protocol = (type & ~RECEIVED) >> 7
    tap.onEvent?.({ time, what, peer, protocol, from, kind: this.kind, message: this })
  }
}
