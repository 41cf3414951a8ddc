/** Active thread to partner: descriptors out of the sender's view, and its own fresh one. */
export const REQUEST = 0
/** The partner's answer, of the same form. */
export const REPLY = 1
/** The sender leaves on purpose; no payload. */
export const LEAVE = 2

/** Where received ages saturate, in cycles: what is added to it while it is kept never overflows a word. */
export const AGE_MAX: number = 2 ** 30
