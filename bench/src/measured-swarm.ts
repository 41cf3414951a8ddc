/** What a swarm offers to be measured. */
export interface MeasuredSwarm {
  /** Models that have arrived, over all peers, since the start. */
  received(): number
  /** Bytes of the streams that have been sent, length prefixes included, before encryption. */
  bytesSent(): number
  stop(): Promise<void>
}
