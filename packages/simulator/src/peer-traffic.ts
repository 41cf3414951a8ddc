import type { Archive, Persistent } from '@hearsay/core'

/** What each peer has sent and received, over all protocols of the stack: counted by the host, whatever runs in it. */
export class PeerTraffic implements Persistent {
  /** Messages handed to the network. Their sum is `sent` of the simulation's counters. */
  readonly sent: Float64Array
  /** Messages that reached a peer that is online: handled, or refused by its guard. */
  readonly received: Float64Array
  /** 32-bit words of payload in the messages sent. Their sum is `words` of the simulation's counters. */
  readonly sentWords: Float64Array
  /** 32-bit words of payload in the messages received. */
  readonly receivedWords: Float64Array

  constructor(peers: number) {
    this.sent = new Float64Array(peers)
    this.received = new Float64Array(peers)
    this.sentWords = new Float64Array(peers)
    this.receivedWords = new Float64Array(peers)
  }

  countSent(peer: number, words: number): void {
    this.sent[peer]++
    this.sentWords[peer] += words
  }

  countReceived(peer: number, words: number): void {
    this.received[peer]++
    this.receivedWords[peer] += words
  }

  persist(archive: Archive): void {
    for (const counts of [this.sent, this.received, this.sentWords, this.receivedWords]) archive.array(counts)
  }
}
