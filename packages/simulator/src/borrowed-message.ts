import type { Message } from '@hearsay/core'
import { Double, RECEIVED, Word } from './events/message-record.ts'
import type { TimingWheel } from './events/timing-wheel.ts'
import { KINDS } from './simulated-context.ts'
import type { SimulatedEvent, Tap } from './tap.ts'

/** The one message object of a simulation. */
export class BorrowedMessage implements Message {
  kind = 0
  value = 0
  stamp = 0
  offset = 0
  length = 0

  /** Takes over what a record says. */
  read({ words, doubles }: TimingWheel, base: number): void {
    this.kind = words[base + Word.type] & (KINDS - 1)
    this.value = doubles[base / 2 + Double.value]
    this.stamp = doubles[base / 2 + Double.stamp]
    this.offset = words[base + Word.offset]
    this.length = words[base + Word.length]
  }

  /** Says something else. @param type - Protocol · 128 + kind. */
  set(type: number, value: number, stamp: number, offset: number, length: number): void {
    this.kind = type & (KINDS - 1)
    this.value = value
    this.stamp = stamp
    this.offset = offset
    this.length = length
  }

  /** Writes what it says to a record. The payload goes with it. */
  write({ words, doubles }: TimingWheel, base: number, to: number, from: number, type: number, sentAt: number): void {
    words[base + Word.target] = to
    words[base + Word.source] = from
    words[base + Word.type] = type
    words[base + Word.offset] = this.offset
    words[base + Word.length] = this.length
    words[base + Word.sentAt] = sentAt
    doubles[base / 2 + Double.value] = this.value
    doubles[base / 2 + Double.stamp] = this.stamp
  }

  /** Tells a tap what became of it. */
  tell(tap: Tap, what: SimulatedEvent['what'], peer: number, time: number, type: number, from: number): void {
    const protocol = (type & ~RECEIVED) >> 7
    tap.onEvent?.({ time, what, peer, protocol, from, kind: this.kind, message: this })
  }
}
