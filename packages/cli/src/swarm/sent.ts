/** Bytes that peers have sent before encryption: of the median peer, and of the one that sent the most. */
export interface SentBytes {
  readonly median: number
  readonly max: number
}

/** What peers have sent on all streams of their protocols; and on those of learning alone: models, or updates of them. */
export interface Sent {
  readonly all: SentBytes
  readonly models: SentBytes
}

/** What one peer has sent, in the same way. */
export interface SentByPeer {
  readonly all: number
  readonly models: number
}
