import { fileURLToPath } from 'node:url'
import type { CellResult, Experiment, Results } from '@hearsay/experiments'
import { readExperiment } from '@hearsay/experiments/file'
import { type Verdict, verdicts } from '@hearsay/experiments/report'
import { machineFacts, planExperiment, threadExecutor } from '@hearsay/experiments/run'

/** How long runs may take: a busy machine takes many times what an idle one does. */
export const TIMEOUT_MS = 300_000

/** A file below `experiments/`, in its reduced form. @param file - As in `ormandi-2013/spambase`. */
export function readReduced(file: string): Promise<Experiment> {
  return readExperiment(fileURLToPath(new URL(`../../experiments/${file}.yaml`, import.meta.url)), { reduced: true })
}

/** Runs all cells of an experiment, and holds its claims against them, as a report does. */
export async function runClaims(experiment: Experiment): Promise<readonly Verdict[]> {
  return verdicts(await run(experiment))
}

async function run(experiment: Experiment): Promise<Results> {
  const plan = await planExperiment(experiment)
  const executor = threadExecutor()
  const cells: CellResult[] = []
  try {
    for await (const event of executor.run(plan.cells, new AbortController().signal)) {
      if (event.type === 'failed') throw event.error
      if (event.type === 'result') cells.push({ ...event.cell, result: event.result })
    }
  } finally {
    await executor.close()
  }
  const { cells: _, ...described } = experiment
  const manifest = { format: 1, experiment: described, code: plan.code, machine: machineFacts(), command: '' } as const
  return { manifest: { ...manifest, cells: plan.cells }, cells }
}
