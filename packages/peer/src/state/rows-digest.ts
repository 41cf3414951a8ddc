import { crc32 } from 'node:zlib'
import type { RawDataset } from '@hearsay/datasets'

/** The CRC-32 of a peer's rows in their order, with the names of columns and classes: it tells other rows from the same ones. */
export function rowsDigest({ featureNames, classNames, features, labels }: RawDataset): number {
  const names = crc32(JSON.stringify([featureNames, classNames]))
  return [features, labels].reduce(
    (sum, { buffer, byteOffset, byteLength }) => crc32(new Uint8Array(buffer, byteOffset, byteLength), sum),
    names,
  )
}
