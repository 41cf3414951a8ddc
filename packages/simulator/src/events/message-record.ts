/** Words of a message in its wheel. */
export const MESSAGE_WORDS = 12

/** Words of a message, from its first word on. */
export const Word = {
  target: 0,
  source: 1,
  /** Protocol · 128 + kind, and {@link RECEIVED}. */
  type: 2,
  /** The payload's block. */
  offset: 3,
  length: 4,
  /** The low 32 bits of the tick at which it was sent. */
  sentAt: 5,
} as const

/** Doubles of a message, from half its first word on. */
export const Double = { value: 3, stamp: 4 } as const

/** Bit of the type of a message that has passed its receiver's end of the network. */
export const RECEIVED: number = 1 << 29
