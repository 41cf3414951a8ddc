/** Element types that {@link writeNpy} writes. */
export type NpyElements = Uint8Array | Int32Array | Float32Array | Float64Array

/** An array as a file that `numpy.load` and `parseNpy` read: version 1.0, little-endian, C order. */
export function writeNpy(data: NpyElements, shape: readonly number[]): Uint8Array {
  const descr = data instanceof Uint8Array ? '|u1' : data instanceof Int32Array ? '<i4' : `<f${data.BYTES_PER_ELEMENT}`
  const lengths = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${lengths}), }`
  // The data starts at a multiple of 64 bytes, as the format asks.
  const start = Math.ceil((10 + dictionary.length + 1) / 64) * 64
  const header = `${dictionary.padEnd(start - 11)}\n`
  const bytes = new Uint8Array(start + data.byteLength)
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, (start - 10) & 0xff, (start - 10) >> 8])
  bytes.set(new TextEncoder().encode(header), 10)
  const view = new DataView(bytes.buffer)
  if (data instanceof Uint8Array) bytes.set(data, start)
  else if (data instanceof Int32Array) for (let i = 0; i < data.length; i++) view.setInt32(start + 4 * i, data[i], true)
  else if (data instanceof Float32Array)
    for (let i = 0; i < data.length; i++) view.setFloat32(start + 4 * i, data[i], true)
  else for (let i = 0; i < data.length; i++) view.setFloat64(start + 8 * i, data[i], true)
  return bytes
}

/** The same values in the fewest bytes that hold them exactly. */
export function narrowest(values: Float64Array): NpyElements {
  let isByte = true
  let isFloat32 = true
  for (let i = 0; i < values.length && isFloat32; i++) {
    const value = values[i]
    if (isByte && ((value & 0xff) !== value || Object.is(value, -0))) isByte = false
    if (Math.fround(value) !== value) isFloat32 = false
  }
  if (!isFloat32) return values
  return isByte ? Uint8Array.from(values) : Float32Array.from(values)
}
