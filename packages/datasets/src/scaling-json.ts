import { RemoteError } from '@hearsay/core'
import { SCALING_KINDS, type Scaling, type ScalingKind } from './scaling.ts'

/** A {@link Scaling} as plain JSON; every float64 survives `JSON.stringify` and `JSON.parse`. */
export interface ScalingJson {
  readonly kind: ScalingKind
  readonly offset: readonly number[]
  readonly factor: readonly number[]
}

export function scalingToJson(scaling: Scaling): ScalingJson {
  return { kind: scaling.kind, offset: Array.from(scaling.offset), factor: Array.from(scaling.factor) }
}

/**
 * Reads a scaling that a stranger sent.
 *
 * @param value - Anything, such as what `JSON.parse` returned.
 * @param features - The number of features it must have.
 * @throws {@link RemoteError} `SCALING_INVALID` for anything but a {@link ScalingJson} of that width: finite offsets,
 *   finite factors ≥ 0, and for the kind `none` offsets 0 and factors 1.
 */
export function scalingFromJson(value: unknown, features: number): Scaling {
  if (typeof value !== 'object' || value === null) throw invalid('it is not an object')
  const { kind, offset, factor, ...rest } = value as Record<string, unknown>
  const unknownKey = Object.keys(rest)[0]
  if (unknownKey !== undefined) throw invalid(`unknown key ${JSON.stringify(unknownKey.slice(0, 40))}`)
  if (!isKind(kind)) throw invalid(`the kind is none of ${SCALING_KINDS.join(', ')}`)
  const scaling: Scaling = {
    kind,
    offset: readVector('offset', offset, features),
    factor: readVector('factor', factor, features),
  }
  if (scaling.factor.some((entry) => entry < 0)) throw invalid('a factor is negative')
  if (kind === 'none' && (scaling.offset.some((entry) => entry !== 0) || scaling.factor.some((entry) => entry !== 1))) {
    throw invalid('the kind is none, yet it changes a feature')
  }
  return scaling
}

function isKind(value: unknown): value is ScalingKind {
  return SCALING_KINDS.includes(value as ScalingKind)
}

function readVector(key: string, value: unknown, length: number): Float64Array {
  if (!Array.isArray(value)) throw invalid(`${key} is not an array`)
  if (value.length !== length) throw invalid(`${key} has ${value.length} entries for ${length} features`)
  for (const entry of value) {
    if (typeof entry !== 'number' || !Number.isFinite(entry))
      throw invalid(`${key} holds something that is not a finite number`)
  }
  return Float64Array.from(value as number[])
}

function invalid(problem: string): RemoteError {
  return new RemoteError('SCALING_INVALID', `a scaling was refused: ${problem}`)
}
