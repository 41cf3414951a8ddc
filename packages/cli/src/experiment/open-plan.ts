import { join } from 'node:path'
import { readExperiment } from '@hearsay/experiments/file'
import { hearsayCommand, type Plan, planExperiment } from '@hearsay/experiments/run'
import type { CheckFlags, RunFlags } from './experiment-flags.ts'

/** Reads an experiment file and names its cells. Throws what the readers of the file and of its data throw. */
export async function openPlan(file: string, { reduced = false }: CheckFlags): Promise<Plan> {
  return await planExperiment(await readExperiment(file, { reduced }))
}

/** Where the results of an experiment are kept unless the user says otherwise. */
export function resultsFolder({ experiment: { name, reduced } }: Plan, { out }: RunFlags): string {
  return out ?? join('results', reduced ? `${name}-reduced` : name)
}

/** The command that repeats a run, as a user types it. */
export function repeatCommand(file: string, { reduced = false }: CheckFlags): string {
  return `${hearsayCommand()} experiment run ${shellWord(file)}${reduced ? ' --reduced' : ''}`
}

/** A word as a POSIX shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
