/** What a run has done so far. */
export interface SimulationCounters {
  /** Messages handed to the network. */
  readonly sent: number
  /** Messages that the network lost. */
  readonly lost: number
  /** Further copies of messages that the network delivers. */
  readonly duplicated: number
  /** Messages that arrived while their receiver was offline, or whose ends were not online for the whole transfer. */
  readonly missed: number
  /** Messages handled by a protocol. */
  readonly delivered: number
  /** Messages that a guard refused. */
  readonly refused: number
  /** Timers that have fired. */
  readonly timeouts: number
  /** 32-bit words of payload handed to the network. */
  readonly words: number
}
