import type { Codec } from '../codec.ts'
import { assertCount } from '../wire/bounds.ts'
import { LEAVE } from './newscast-codec.ts'
import { ViewCodec } from './view-codec.ts'

/** Kinds of Brahms's messages without a view: pull and push. */
const PULL = 0
const PUSH = 2

const VIEW_SIZE_MAX = 127

export interface PeerSamplingCodecOptions {
  /** c: descriptors in a view, as in `PeerSamplingOptions`. A message carries half of them. An integer in 2 … 127. */
  readonly viewSize: number
  /** @defaultValue `'peer-sampling'` */
  readonly name?: string
}

export interface CyclonCodecOptions {
  /** ℓ: descriptors that a message carries, as in `CyclonOptions`. An integer in 1 … 127. */
  readonly shuffleLength: number
  /** @defaultValue `'cyclon'` */
  readonly name?: string
}

export interface BrahmsCodecOptions {
  /** ℓ₁: peers in a view, as in `BrahmsOptions`. An integer in 4 … 127. */
  readonly viewSize: number
  /** @defaultValue `'brahms'` */
  readonly name?: string
}

/**
 * Views of the general peer-sampling scheme. On the wire it is `proto/peer-sampling.proto`. `decode` throws
 * {@link RemoteError} as NewsCast's codec does, with codes that begin with `PEER_SAMPLING`.
 */
export function createPeerSamplingCodec({ viewSize, name = 'peer-sampling' }: PeerSamplingCodecOptions): Codec {
  assertCount('viewSize', viewSize, 2, VIEW_SIZE_MAX)
  return new ViewCodec({ name, code: 'PEER_SAMPLING', descriptorsMax: viewSize >> 1, bareKinds: [LEAVE] })
}

/**
 * Views of Cyclon. On the wire it is `proto/peer-sampling.proto`. `decode` throws {@link RemoteError} as NewsCast's codec
 * does, with codes that begin with `CYCLON`.
 */
export function createCyclonCodec({ shuffleLength, name = 'cyclon' }: CyclonCodecOptions): Codec {
  assertCount('shuffleLength', shuffleLength, 1, VIEW_SIZE_MAX)
  return new ViewCodec({ name, code: 'CYCLON', descriptorsMax: shuffleLength, bareKinds: [LEAVE] })
}

/**
 * Pushes, pulls and views of Brahms. On the wire it is `proto/brahms.proto`. `decode` throws {@link RemoteError} as
 * NewsCast's codec does, with codes that begin with `BRAHMS`.
 */
export function createBrahmsCodec({ viewSize, name = 'brahms' }: BrahmsCodecOptions): Codec {
  assertCount('viewSize', viewSize, 4, VIEW_SIZE_MAX)
  return new ViewCodec({ name, code: 'BRAHMS', descriptorsMax: viewSize, bareKinds: [PULL, PUSH] })
}
