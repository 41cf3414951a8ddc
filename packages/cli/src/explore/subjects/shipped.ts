import type { FaultSubject } from '@hearsay/simulator'
import { averagingOverNewsCastSubject, averagingSubject, pushSumSubject } from './aggregation.ts'
import { disseminationSubjects } from './dissemination.ts'
import { learningSubject } from './learning.ts'
import { samplingSubjects } from './sampling.ts'

/** The protocols of Hearsay that are explored. */
export const SHIPPED: readonly FaultSubject[] = [
  learningSubject('learning', { mergeWith: 'current' }),
  learningSubject('learning-last', { mergeWith: 'last', newscast: true }),
  learningSubject('learning-tokens', { mergeWith: 'current', flow: { kind: 'randomized', reserve: 2, capacity: 4 } }),
  learningSubject('learning-partitioned', { mergeWith: 'current', exchange: { kind: 'partitioned', parts: 2 } }),
  learningSubject('learning-subsampled', { mergeWith: 'current', exchange: { kind: 'subsampled', share: 0.5 } }),
  learningSubject('learning-int8', { mergeWith: 'current', weights: 'int8' }),
  averagingSubject,
  averagingOverNewsCastSubject,
  pushSumSubject,
  ...samplingSubjects,
  ...disseminationSubjects,
]
