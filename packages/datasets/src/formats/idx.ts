import { DataFileError } from './data-file-error.ts'
import { checkCells, type NumericArray } from './numeric-array.ts'

interface ElementType {
  readonly bytes: number
  readonly read: (view: DataView, offset: number) => number
}

/** By the third byte of the magic number; numbers are big-endian. */
const TYPES: ReadonlyMap<number, ElementType> = new Map([
  [0x08, { bytes: 1, read: (view, offset) => view.getUint8(offset) }],
  [0x09, { bytes: 1, read: (view, offset) => view.getInt8(offset) }],
  [0x0b, { bytes: 2, read: (view, offset) => view.getInt16(offset) }],
  [0x0c, { bytes: 4, read: (view, offset) => view.getInt32(offset) }],
  [0x0d, { bytes: 4, read: (view, offset) => view.getFloat32(offset) }],
  [0x0e, { bytes: 8, read: (view, offset) => view.getFloat64(offset) }],
])

/**
 * Reads an idx file, the format of MNIST and Fashion-MNIST (LeCun, Cortes, Burges, "The MNIST database"), not
 * compressed: see `gunzip`.
 *
 * @param source - What errors call the file.
 * @throws {@link DataFileError} `IDX_HEADER`, `IDX_LENGTH`, `FILE_TOO_LARGE`.
 */
export function parseIdx(bytes: Uint8Array, source = 'idx'): NumericArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new DataFileError('IDX_HEADER', { source, offset: 0 }, 'the file is compressed: decompress it first')
  }
  const type = bytes.length >= 4 && bytes[0] === 0 && bytes[1] === 0 ? TYPES.get(bytes[2]) : undefined
  if (type === undefined) {
    const problem = 'no idx file: it begins with two zero bytes, a type (08, 09, 0b … 0e) and a number of dimensions'
    throw new DataFileError('IDX_HEADER', { source, offset: 0 }, problem)
  }
  const dimensions = bytes[3]
  const start = 4 + 4 * dimensions
  if (dimensions === 0 || bytes.length < start) {
    const problem = `the header of ${dimensions} dimension(s) is cut off: get the file again`
    throw new DataFileError('IDX_HEADER', { source, offset: 3 }, problem)
  }
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const cells = checkCells(source, shape)
  const wanted = start + cells * type.bytes
  if (bytes.length !== wanted) {
    const problem = `${shape.join(' × ')} values need ${wanted} bytes, the file has ${bytes.length}: get the file again`
    throw new DataFileError('IDX_LENGTH', { source, offset: 4 }, problem)
  }
  const data = new Float64Array(cells)
  for (let index = 0; index < cells; index++) data[index] = type.read(view, start + index * type.bytes)
  return { shape, data }
}
