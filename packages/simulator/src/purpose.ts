/** Purposes of the random streams of a run: who draws from them. */
export const Purpose = { protocols: 0, network: 1, observers: 2, setup: 3, availability: 4, faults: 5 } as const
