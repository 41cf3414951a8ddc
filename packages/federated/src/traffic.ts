import type { Archive, Context, Message, Persistent } from '@hearsay/core'

/** What each hosted peer has sent and received. */
export class Traffic implements Persistent {
  /** Messages handed to the host. */
  readonly sent: Float64Array
  /** Messages handled. */
  readonly received: Float64Array
  /** 32-bit words of payload in the messages sent: four bytes each, headers aside. */
  readonly sentWords: Float64Array
  /** 32-bit words of payload in the messages received. */
  readonly receivedWords: Float64Array

  constructor(peers: number) {
    this.sent = new Float64Array(peers)
    this.received = new Float64Array(peers)
    this.sentWords = new Float64Array(peers)
    this.receivedWords = new Float64Array(peers)
  }

  /** Sends a message of `context.self`, and counts it. */
  send(context: Context, to: number, kind: number, value = 0, stamp = 0, offset = 0, length = 0): void {
    this.sent[context.self]++
    this.sentWords[context.self] += length
    context.send(to, kind, value, stamp, offset, length)
  }

  /** Counts a message that `peer` has received. */
  receive(peer: number, message: Message): void {
    this.received[peer]++
    this.receivedWords[peer] += message.length
  }

  persist(archive: Archive): void {
    archive.array(this.sent)
    archive.array(this.received)
    archive.array(this.sentWords)
    archive.array(this.receivedWords)
  }
}
