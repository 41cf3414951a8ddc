export { Averaging, type AveragingOptions } from './averaging/averaging.ts'
export {
  convergenceFactor,
  type CrashScenario,
  PAIR_SELECTORS,
  type PairSelector,
  varianceOfMeanUnderCrashes,
} from './averaging/convergence-factor.ts'
export { type AntiEntropyMode, antiEntropyRound, callRate } from './epidemic/anti-entropy.ts'
export { atomicReachProbability, fanoutForAtomicReach, infectAndDieReach } from './epidemic/infect-and-die.ts'
export {
  expectedPushPullRounds,
  expectedPushRounds,
  karpTransmissions,
  leastPushRounds,
  pittelRounds,
} from './epidemic/rounds.ts'
export { rumorInfective, rumorResidue } from './epidemic/rumor-equation.ts'
export { siInfective } from './epidemic/si.ts'
export { basicReproductionNumber, sirEquilibrium, sirField, type SirParameters, type SirState } from './epidemic/sir.ts'
export { Spread } from './epidemic/spread.ts'
export { ClassicMeanField, classicMeanField } from './mean-field/classic.ts'
export { linearObservable, type Observable } from './mean-field/observable.ts'
export type { PopulationModel, SmoothPopulationModel } from './mean-field/population-model.ts'
export { affineRate, calledRate, callingRate, type Rate } from './mean-field/rate.ts'
export { RefinedMeanField, refinedMeanField, type RefinedSeries } from './mean-field/refined.ts'
export { type StateWeights, type Transition, TransitionModel } from './mean-field/transition-model.ts'
export { antiEntropyModel } from './models/anti-entropy.ts'
export {
  createRumorMongering,
  RUMOR_STOPS,
  type RumorMongering,
  type RumorMongeringOptions,
  rumorStart,
  type RumorStop,
} from './models/rumor-mongering.ts'
export { createShuffle, type Shuffle, type ShuffleOptions, shuffleStart } from './models/shuffle.ts'
export { type ShuffleProbabilities, shuffleProbabilities, type ShuffleSizes } from './models/shuffle-probabilities.ts'
export { sirModel } from './models/sir.ts'
export { finalSizeResidue } from './numeric/final-size.ts'
export { RungeKutta, type VectorField } from './numeric/runge-kutta.ts'
export { binomial } from './simulation/binomial.ts'
export { Ensemble } from './simulation/ensemble.ts'
export { PopulationRun } from './simulation/population-run.ts'
export { PopulationSimulation, type PopulationSimulationOptions } from './simulation/population-simulation.ts'
