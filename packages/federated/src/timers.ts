/** The client's timer: once in a while it looks whether the server still knows it. */
export const TIMER_CHECK_IN = 0
/** The server's timer: it looks whether the round is complete. */
export const TIMER_TICK = 1

const TRAINED_FIRST = 2
const TRAINED_COUNT = 64

/** The client's timer for the end of the local training of a round: one that has been overtaken by a later round means nothing. */
export function trainedTimer(round: number): number {
  return TRAINED_FIRST + (round % TRAINED_COUNT)
}
