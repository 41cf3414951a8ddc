import { fastCheckSeed } from './fast-check-seed.ts'

export function setup(): void {
  console.log(`fast-check seed ${fastCheckSeed} (FC_SEED=n chooses another)`)
}
