/** What a trial measures on every peer. Less is better. */
export interface Metric {
  /** 'error', 'variance', … */
  readonly name: string
  /** For axes and tables: '0–1 error on held-out rows'. */
  readonly label: string
  /** How its values spread: `log` where they fall by orders of magnitude. */
  readonly scale: 'linear' | 'log'
}

/** The metric's distribution over the measured peers. */
export interface Distribution {
  readonly mean: number
  /** Standard deviation over the peers, not over runs. */
  readonly sd: number
  readonly min: number
  readonly q10: number
  readonly median: number
  readonly q90: number
  readonly max: number
}

/** A run after one of its cycles. What is counted is counted from the start, over all peers. */
export interface Measurement extends Distribution {
  readonly cycle: number
  /** Milliseconds: virtual in a simulation, of a clock in a run over a network. */
  readonly timeMs: number
  /** Peers that were measured, and how many of all were online. */
  readonly measured: number
  readonly online: number
  /** Mean age of the models, in rows; 0 where there are none. */
  readonly age: number
  /** Messages handed to the network. */
  readonly messages: number
  /** Bytes of them, with their headers. */
  readonly bytes: number
  /** Rows that models have been trained on, each as often as it was; 0 where nothing learns. */
  readonly steps: number
}

/** One peer at the end of a run. */
export interface PeerMeasurement {
  readonly peer: number
  /** A server coordinates; it may be a peer with rows beside. */
  readonly role: 'peer' | 'server'
  /** The metric; NaN where the peer has nothing to measure. */
  readonly value: number
  readonly age: number
  readonly steps: number
  /** Rows that it holds. */
  readonly rows: number
  readonly messagesSent: number
  readonly bytesSent: number
  readonly messagesReceived: number
  readonly bytesReceived: number
}

/** What came of a trial. */
export interface TrialResult {
  readonly metric: Metric
  /** Ascending by cycle, at least one. */
  readonly series: readonly Measurement[]
  /** By number. */
  readonly peers: readonly PeerMeasurement[]
  /** Names every event of a simulated run; '' where there is none. */
  readonly traceHash: string
}
