import { type Random, UsageError } from '@hearsay/core'
import type { Dataset, FeatureArray } from '../dataset.ts'
import { fitScaling, type Scaling } from '../scaling.ts'
import { selectRows } from '../select-rows.ts'
import { evenSizes } from '../shard-sizes.ts'
import { cut, shuffledRows, shuffledShards, tradePlaces } from './shard-rows.ts'

/** Rows that the direction is found from. */
const SAMPLE_ROWS = 2048
const ITERATIONS = 24

/**
 * Feature skew: rows are ordered along the direction in which the standardised features vary most (the first principal
 * component), and cut into as many pieces of equal size as there are peers, dealt out at random. Of all rows, the share
 * 1 − skew first trades places at random.
 */
export function partitionByFeatures(
  dataset: Dataset<FeatureArray>,
  peers: number,
  skew: number,
  random: Random,
): Int32Array[] {
  if (!(skew >= 0 && skew <= 1)) {
    throw new UsageError('SKEW_INVALID', `a feature skew lies in 0 … 1, not at ${skew}`)
  }
  const scores = project(dataset, random)
  const rows = Int32Array.from(Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b] || a - b))
  tradePlaces(rows, Math.round((1 - skew) * rows.length), random)
  const pieces = cut(rows, evenSizes(rows.length, peers))
  const order = shuffledRows(peers, random)
  return shuffledShards(
    Array.from(order, (piece) => [...pieces[piece]]),
    random,
  )
}

/** Each row's coordinate along the first principal component; 0 for all where no feature varies. */
function project(dataset: Dataset<FeatureArray>, random: Random): Float64Array {
  const sample = selectRows(dataset, shuffledRows(dataset.rows, random).subarray(0, SAMPLE_ROWS))
  const scaling = fitScaling(sample, 'standardise')
  const direction = principalDirection(sample, scaling, random)
  return coordinates(dataset, scaling, direction)
}

/** By power iteration. It need not converge: any direction of large variance serves. */
function principalDirection(sample: Dataset<FeatureArray>, scaling: Scaling, random: Random): Float64Array {
  const width = sample.featureNames.length
  let direction = normalised(Float64Array.from({ length: width }, () => random.normal()))
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const along = coordinates(sample, scaling, direction)
    const next = new Float64Array(width)
    for (let row = 0, index = 0; row < sample.rows; row++) {
      for (let feature = 0; feature < width; feature++, index++) {
        next[feature] += along[row] * (sample.features[index] - scaling.offset[feature]) * scaling.factor[feature]
      }
    }
    direction = normalised(next)
  }
  return direction
}

function coordinates(dataset: Dataset<FeatureArray>, scaling: Scaling, direction: Float64Array): Float64Array {
  const result = new Float64Array(dataset.rows)
  for (let row = 0, index = 0; row < dataset.rows; row++) {
    let sum = 0
    for (let feature = 0; feature < direction.length; feature++, index++) {
      sum += direction[feature] * (dataset.features[index] - scaling.offset[feature]) * scaling.factor[feature]
    }
    result[row] = sum
  }
  return result
}

function normalised(vector: Float64Array): Float64Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return length > 0 ? vector.map((value) => value / length) : vector
}
