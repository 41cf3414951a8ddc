import { parseExperiment } from '../../src/file/index.ts'
import type { Cell, Experiment } from '../../src/experiment/experiment.ts'
import type { LearningTrial } from '../../src/trial/trial-settings.ts'

/** A file that is right; tests change lines of it. */
export const BASE: string = `name: base
title: A small experiment
seeds: [1, 2, 3]
setting:
  data: spambase
  peers: 100
  cycle: 10 s
  duration: 200 cycles
  overlay: {kind: static, degree: 20}
  network: {delay: 1 cycle, loss: 0.1}
  learner: {model: logistic, lambda: 1e-6, eta: 1e4, batch: 10}
  method: gossip
  measure: {at: log}
contestants:
  MU: {learner: {creation: MU}}
  RW: {learner: {creation: RW}}
  federated:
    method: {kind: fedavg, round: 2 cycles}
grid:
  failures:
    none: {}
    AF: {network: {loss: 0.5}}
exclude:
  - {contestant: RW, failures: AF}
reduced:
  seeds: 1
  setting: {peers: 50, duration: 20 cycles}
  contestants: [MU, RW]
  grid: {failures: [none]}
references:
  - {label: Pegasos, source: Ormándi 2013, value: 0.111, where: {failures: none}}
claims:
  - that: Merging helps.
    where: {failures: none}
    cycle: 100
    less: MU
    than: RW
  - that: Federated learning comes to the same.
    close: {contestant: MU, where: {failures: none}, cycle: end}
    to: {contestant: federated, where: {failures: none}, cycle: end}
    within: 0.03
`

/** The file with one text in place of another, which must be there. */
export function changed(from: string, to: string, text: string = BASE): string {
  if (!text.includes(from)) throw new Error(`the file has no ${from}`)
  return text.replace(from, () => to)
}

/** The file with more lines behind those of the setting. */
export function withSetting(...lines: readonly string[]): string {
  return changed('  method: gossip\n', `  method: gossip\n${lines.map((line) => `  ${line}\n`).join('')}`)
}

/** A cell that learns: all those of the file do. */
export type LearningCell = Cell & { readonly trial: LearningTrial }

export function learning(cell: Cell | undefined): LearningCell {
  if (cell?.trial.task !== 'learning') throw new Error('no such cell that learns')
  return cell as LearningCell
}

export function parse(text: string, reduced = false): Experiment {
  return parseExperiment(text, { path: 'base.yaml', reduced })
}
