import type { Cell, Experiment } from '../experiment/experiment.ts'
import { canonicalJson } from '../results/canonical-json.ts'
import type { CodeVersion, Manifest } from '../results/manifest.ts'
import type { DataSource } from '../scenario/data-source.ts'
import { cellId } from './cell-id.ts'
import { codeVersion } from './code-version.ts'
import { dataDigest } from './data-digest.ts'
import { machineFacts } from './machine-facts.ts'

/** A cell with its id. */
export interface PlannedCell extends Cell {
  readonly id: string
}

/** All runs of an experiment, by this version of the code. */
export interface Plan {
  readonly experiment: Experiment
  /** In the order of the experiment. */
  readonly cells: readonly PlannedCell[]
  readonly code: CodeVersion
}

/**
 * Names all cells of an experiment.
 *
 * @throws What the data are not readable for: see `dataDigest`.
 */
export async function planExperiment(experiment: Experiment): Promise<Plan> {
  const code = await codeVersion()
  const digests = new Map<string, Promise<string>>()
  const digestOf = (source: DataSource): Promise<string> => {
    const key = canonicalJson(source)
    const digest = digests.get(key) ?? dataDigest(source)
    digests.set(key, digest)
    return digest
  }
  const cells = experiment.cells.map(async (cell) => {
    const { trial } = cell
    const digest = trial.task === 'learning' ? await digestOf(trial.data.source) : ''
    return { ...cell, id: cellId(trial, code.digest, digest) }
  })
  return { experiment, code, cells: await Promise.all(cells) }
}

/** The manifest of a plan. @param command - What repeats it. */
export function planManifest({ experiment, cells, code }: Plan, command: string): Manifest {
  const { cells: _, ...rest } = experiment
  return {
    format: 1,
    experiment: rest,
    cells: cells.map(({ contestant, levels, seed, id }) => ({ contestant, levels, seed, id })),
    code,
    machine: machineFacts(),
    command,
  }
}
