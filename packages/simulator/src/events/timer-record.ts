/** Words of a timer in its wheel. */
export const TIMER_WORDS = 6

/** Words of a timer, from its first word on. */
export const TimerWord = {
  target: 0,
  /** Protocol · 128 + timer, or {@link CHANGE}. */
  type: 1,
  /** The session of its peer in which it was set. */
  session: 2,
} as const

/** The type of what is no protocol's timer: the peer comes online, or goes offline. */
export const CHANGE: number = 1 << 30
