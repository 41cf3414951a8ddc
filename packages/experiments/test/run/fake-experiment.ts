import { type Experiment, type LearningTrial, W2 } from '../../src/index.ts'
import type { TrialRunner } from '../../src/run/executor.ts'
import { type Plan, planExperiment } from '../../src/run/plan.ts'
import { sampleResult } from '../results/sample-results.ts'

export function fakeTrial(seed: number, peers = 10): LearningTrial {
  return {
    task: 'learning',
    data: { source: { kind: 'named', name: 'spambase' }, scale: 'standardise' },
    scenario: { ...W2, peers, seed },
    cycles: 10,
    measureAt: [1, 10],
  }
}

/** Two contestants of different sizes, `seeds` cells each. */
export function fakeExperiment(seeds = 3, changes: Partial<Experiment> = {}): Experiment {
  const sizes = { small: 10, large: 20 }
  return {
    ...{ name: 'fake', title: 'A fake', contestants: Object.keys(sizes), axes: {}, references: [], claims: [] },
    ...{ file: { path: 'fake.yaml', text: 'name: fake\n' }, reduced: false },
    cells: Object.entries(sizes).flatMap(([contestant, peers]) =>
      Array.from({ length: seeds }, (_, index) => {
        return { contestant, levels: {}, seed: index + 1, trial: fakeTrial(index + 1, peers) }
      }),
    ),
    ...changes,
  }
}

export function fakePlan(seeds?: number): Promise<Plan> {
  return planExperiment(fakeExperiment(seeds))
}

/** Its result follows from the settings. */
export const fakeRunner: TrialRunner = ({ scenario: { seed, peers } }) => Promise.resolve(sampleResult(seed + peers))
