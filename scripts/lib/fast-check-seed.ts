/** Property tests draw from one seed, so that every run checks the same cases; `FC_SEED` chooses another. */
export const fastCheckSeed: number = Number(process.env.FC_SEED ?? 1)
