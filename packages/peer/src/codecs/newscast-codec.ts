import type { Codec } from '../codec.ts'
import { assertCount } from '../wire/bounds.ts'
import { ViewCodec } from './view-codec.ts'

/** Kinds of messages are 0 (request), 1 (reply) and 2 (leave). */
export const LEAVE = 2

export interface NewsCastCodecOptions {
  /** Descriptors in a view; a message carries one more, the sender's own. An integer in 1 … 1024. */
  readonly viewSize: number
  /** @defaultValue `'newscast'` */
  readonly name?: string
}

/**
 * Views of NewsCast: the payload is pairs of int32 words (peer, age). On the wire it is `proto/newscast.proto`, where
 * peers have names and addresses. A descriptor whose peer the address book has dropped is left out when a view is sent.
 *
 * `decode` throws {@link RemoteError} `NEWSCAST_KIND`, `NEWSCAST_AGE`, `NEWSCAST_VIEW` (too many descriptors, a peer
 * twice, or a view on a LEAVE), `NEWSCAST_ADDRESSES` (too many, too long or empty), `PEER_ID_INVALID`, or one of
 * {@link FrameReader}'s.
 */
export function createNewsCastCodec({ viewSize, name = 'newscast' }: NewsCastCodecOptions): Codec {
  assertCount('viewSize', viewSize, 1, 1024)
  return new ViewCodec({ name, code: 'NEWSCAST', descriptorsMax: viewSize + 1, bareKinds: [LEAVE] })
}
