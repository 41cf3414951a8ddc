import type { Random } from '@hearsay/core'
import { NewsCast, PushPullAveraging, PushSum, UniformSampler } from '@hearsay/protocols'
import { AveragingMass, type FaultSubject, PushSumMass, viewsValid } from '@hearsay/simulator'
import { addContacts } from './contacts.ts'

const VIEW_SIZE = 6

/** Long and short epochs: with short ones peers enter and leave all the time. */
function drawEpochCycles(random: Random): number {
  return random.below(3) === 0 ? 7 : 60
}

export const averagingSubject: FaultSubject = {
  name: 'averaging',
  build: ({ peers, periodMs, random }) => {
    const values = Float64Array.from({ length: peers }, () => random.normal())
    const epochCycles = drawEpochCycles(random)
    const averaging = new PushPullAveraging({
      ...{ peers, values, periodMs, epochCycles },
      sampler: new UniformSampler(peers),
    })
    return { protocols: [averaging], invariants: [new AveragingMass(averaging, peers, 0)] }
  },
}

export const averagingOverNewsCastSubject: FaultSubject = {
  name: 'averaging-newscast',
  build: ({ peers, periodMs, random, kernels }) => {
    const newscast = new NewsCast({ peers, memory: kernels.memory, periodMs, viewSize: VIEW_SIZE })
    addContacts(newscast, peers, random)
    const values = Float64Array.from({ length: peers }, () => random.normal())
    const epochCycles = drawEpochCycles(random)
    const averaging = new PushPullAveraging({ peers, values, sampler: newscast, periodMs, epochCycles })
    return {
      protocols: [newscast, averaging],
      invariants: [new AveragingMass(averaging, peers, 1), viewsValid(newscast, { peers, viewSize: VIEW_SIZE })],
    }
  },
}

export const pushSumSubject: FaultSubject = {
  name: 'push-sum',
  build: ({ peers, periodMs, random, kernels }) => {
    const values = Float64Array.from({ length: peers }, () => random.normal())
    const weights = Float64Array.from({ length: peers }, () => random.float64())
    const epochCycles = drawEpochCycles(random)
    const summing = new PushSum({
      ...{ peers, memory: kernels.memory, values, weights, periodMs, epochCycles },
      sampler: new UniformSampler(peers),
    })
    const entry = (peer: number): { sum: number; weight: number } => ({ sum: values[peer], weight: weights[peer] })
    return { protocols: [summing], invariants: [new PushSumMass(summing, peers, 0, entry)] }
  },
}
