import { DataFileError } from './data-file-error.ts'
import { checkCells, type NumericArray } from './numeric-array.ts'

interface ElementType {
  readonly bytes: number
  readonly read: (view: DataView, offset: number, littleEndian: boolean) => number
}

/** By the letter and the size of a `descr`. 64-bit integers may round: labels and counts do not get that large. */
const TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['b1', { bytes: 1, read: (view, offset) => view.getUint8(offset) }],
  ['u1', { bytes: 1, read: (view, offset) => view.getUint8(offset) }],
  ['i1', { bytes: 1, read: (view, offset) => view.getInt8(offset) }],
  ['u2', { bytes: 2, read: (view, offset, little) => view.getUint16(offset, little) }],
  ['i2', { bytes: 2, read: (view, offset, little) => view.getInt16(offset, little) }],
  ['u4', { bytes: 4, read: (view, offset, little) => view.getUint32(offset, little) }],
  ['i4', { bytes: 4, read: (view, offset, little) => view.getInt32(offset, little) }],
  ['u8', { bytes: 8, read: (view, offset, little) => Number(view.getBigUint64(offset, little)) }],
  ['i8', { bytes: 8, read: (view, offset, little) => Number(view.getBigInt64(offset, little)) }],
  ['f4', { bytes: 4, read: (view, offset, little) => view.getFloat32(offset, little) }],
  ['f8', { bytes: 8, read: (view, offset, little) => view.getFloat64(offset, little) }],
])

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
const HEADER =
  /^\{\s*(?=.*'descr':\s*'([<>|=]?)([a-zA-Z]\d*)')(?=.*'fortran_order':\s*(True|False))(?=.*'shape':\s*\(([\d,\s]*)\)).*\}\s*$/s
/** Longer ones belong to arrays of records, which are refused in any case. */
const HEADER_BYTES_MAX = 65_536

/**
 * Reads an array that NumPy has saved (`numpy.save`; "NPY format", versions 1 to 3): numbers of 8 to 64 bits but no
 * 16-bit floats, no texts, no objects. Arrays in Fortran order are put in C order.
 *
 * @param source - What errors call the file.
 * @throws {@link DataFileError} `NPY_HEADER`, `NPY_TYPE`, `NPY_LENGTH`, `FILE_TOO_LARGE`.
 */
export function parseNpy(bytes: Uint8Array, source = 'npy'): NumericArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { header, start } = readHeader(bytes, view, source)
  const [, order, letter, fortran, lengths] = header
  const type = TYPES.get(letter)
  if (type === undefined || order === '=') {
    const problem = `no numbers that can be read (${order}${letter}): save them as float64, such as array.astype("<f8")`
    throw new DataFileError('NPY_TYPE', { source, offset: 10 }, problem)
  }
  const words = lengths.split(',').map((word) => word.trim())
  const shape = words.filter((word) => word !== '').map(Number)
  if (!shape.every((length) => Number.isSafeInteger(length))) throw notNpy(source, 'a length that is no integer')
  const cells = checkCells(source, shape)
  const wanted = start + cells * type.bytes
  if (bytes.length !== wanted) {
    const problem = `${shape.join(' × ')} values need ${wanted} bytes, the file has ${bytes.length}: get the file again`
    throw new DataFileError('NPY_LENGTH', { source, offset: start }, problem)
  }
  const data = new Float64Array(cells)
  for (let i = 0; i < cells; i++) data[i] = type.read(view, start + i * type.bytes, order !== '>')
  return { shape, data: fortran === 'True' ? toRowMajor(shape, data) : data }
}

function readHeader(
  bytes: Uint8Array,
  view: DataView,
  source: string,
): { readonly header: RegExpExecArray; readonly start: number } {
  if (bytes.length < 12 || !MAGIC.every((byte, index) => bytes[index] === byte)) throw notNpy(source, 'no magic number')
  const version = bytes[6]
  if (version < 1 || version > 3) throw notNpy(source, `version ${version}`)
  const lengthBytes = version === 1 ? 2 : 4
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  const start = 8 + lengthBytes + length
  if (length > HEADER_BYTES_MAX || start > bytes.length) throw notNpy(source, 'a header that is cut off')
  const text = new TextDecoder().decode(bytes.subarray(8 + lengthBytes, start))
  const header = HEADER.exec(text)
  if (header === null) throw notNpy(source, 'a header without the type and the shape of one array of numbers')
  return { header, start }
}

function notNpy(source: string, why: string): DataFileError {
  return new DataFileError('NPY_HEADER', { source, offset: 0 }, `no npy file (${why}): save it with numpy.save`)
}

/** From the first index running fastest to the last one. */
function toRowMajor(shape: readonly number[], data: Float64Array): Float64Array {
  const result = new Float64Array(data.length)
  const index = shape.map(() => 0)
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1))
  for (let i = 0, to = 0; i < data.length; i++) {
    result[to] = data[i]
    for (let axis = 0; axis < shape.length; axis++) {
      index[axis]++
      to += strides[axis]
      if (index[axis] < shape[axis]) break
      to -= strides[axis] * shape[axis]
      index[axis] = 0
    }
  }
  return result
}
