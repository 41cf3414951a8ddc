import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataFileError, gunzip, parseIdx, parseNpy, parseNpz, readZip, writeNpy } from '../src/index.ts'
import { narrowest } from '../src/formats/write-npy.ts'
import { attempt } from './generators.ts'
import { idxFile, zipFile } from './zip-file.ts'

const code = (wanted: string): unknown => expect.objectContaining({ code: wanted })

describe('idx', () => {
  test.each([
    [[0, 0, 8, 1, 0, 0, 0, 2, 7, 255], [2], [7, 255]],
    [[0, 0, 9, 1, 0, 0, 0, 2, 7, 255], [2], [7, -1]],
    [
      [0, 0, 11, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 255, 254],
      [1, 2],
      [256, -2],
    ],
    [[0, 0, 12, 1, 0, 0, 0, 1, 0, 1, 0, 0], [1], [65_536]],
    [[0, 0, 13, 1, 0, 0, 0, 1, 0x3f, 0x80, 0, 0], [1], [1]],
    [[0, 0, 14, 1, 0, 0, 0, 1, 0x40, 0, 0, 0, 0, 0, 0, 0], [1], [2]],
  ])('%j has the shape %j and the values %j', (bytes, shape, values) => {
    const array = parseIdx(Uint8Array.from(bytes))
    expect(array.shape).toEqual(shape)
    expect([...array.data]).toEqual(values)
  })

  test.each([
    ['nothing', [], 'IDX_HEADER'],
    ['text', [...new TextEncoder().encode('a,b\n1,2\n')], 'IDX_HEADER'],
    ['an unknown type', [0, 0, 10, 1, 0, 0, 0, 0], 'IDX_HEADER'],
    ['no dimensions', [0, 0, 8, 0], 'IDX_HEADER'],
    ['a header that is cut off', [0, 0, 8, 2, 0, 0, 0, 1], 'IDX_HEADER'],
    ['a byte too few', [0, 0, 8, 1, 0, 0, 0, 2, 7], 'IDX_LENGTH'],
    ['a byte too many', [0, 0, 8, 1, 0, 0, 0, 1, 7, 7], 'IDX_LENGTH'],
    ['a huge size', [0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], 'FILE_TOO_LARGE'],
    ['gzip', [...gzipSync('x')], 'IDX_HEADER'],
  ])('refuses %s', (_, bytes, wanted) => {
    expect(() => parseIdx(Uint8Array.from(bytes), 'a.idx')).toThrow(code(wanted))
    expect(() => parseIdx(Uint8Array.from(bytes), 'a.idx')).toThrow(/^a\.idx/)
  })
})

const header = (text: string): Uint8Array => {
  const body = new TextEncoder().encode(text)
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode('NUMPY'),
    1,
    0,
    body.length & 255,
    body.length >> 8,
    ...body,
  ])
}
const npy = (descr: string, shape: string, data: readonly number[], fortran = 'False'): Uint8Array =>
  Uint8Array.from([...header(`{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`), ...data])

describe('npy', () => {
  test.each<[string, number[], number]>([
    ['|b1', [1], 1],
    ['|u1', [200], 200],
    ['|i1', [200], -56],
    ['<u2', [1, 2], 513],
    ['>i2', [255, 254], -2],
    ['<i4', [255, 255, 255, 255], -1],
    ['>u4', [0, 1, 0, 0], 65_536],
    ['<i8', [254, 255, 255, 255, 255, 255, 255, 255], -2],
    ['<f4', [0, 0, 0x80, 0x3f], 1],
    ['>f8', [0x40, 0, 0, 0, 0, 0, 0, 0], 2],
  ])('reads %s', (descr, data, value) => {
    expect([...parseNpy(npy(descr, '(1,)', data)).data]).toEqual([value])
  })

  test('puts Fortran order in C order', () => {
    expect([...parseNpy(npy('|u1', '(2, 3)', [1, 4, 2, 5, 3, 6], 'True')).data]).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('reads back what was written, in the fewest bytes that hold it', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.float({ noNaN: true }), fc.double({ noNaN: true }))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
        const file = writeNpy(narrowest(Float64Array.from(values)), [1, values.length])
        const array = parseNpy(file)
        expect(array.shape).toEqual([1, values.length])
        expect([...array.data]).toEqual(values)
      }),
    )
    expect(narrowest(Float64Array.of(0, 255))).toBeInstanceOf(Uint8Array)
    expect(narrowest(Float64Array.of(0, 0.5))).toBeInstanceOf(Float32Array)
    expect(narrowest(Float64Array.of(0.1))).toBeInstanceOf(Float64Array)
  })

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'NPY_HEADER'],
    ['another file', new TextEncoder().encode('a,b,c,d,e\n1,2,3,4\n'), 'NPY_HEADER'],
    ['objects', npy('|O', '(1,)', [0]), 'NPY_TYPE'],
    ['texts', npy('<U5', '(1,)', [0]), 'NPY_TYPE'],
    ['records', header("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }\n"), 'NPY_HEADER'],
    ['a byte too few', npy('<f4', '(1,)', [0, 0, 0]), 'NPY_LENGTH'],
    ['a huge shape', npy('<f8', '(4294967295, 4294967295)', []), 'FILE_TOO_LARGE'],
    ['a shape beyond integers', npy('<f8', '(99999999999999999999,)', []), 'NPY_HEADER'],
    [
      'an unknown version',
      Uint8Array.from([0x93, ...new TextEncoder().encode('NUMPY'), 9, 0, 0, 0, 0, 0]),
      'NPY_HEADER',
    ],
  ])('refuses %s', (_, bytes, wanted) => {
    expect(() => parseNpy(bytes, 'a.npy')).toThrow(code(wanted))
  })
})

describe('npz', () => {
  const file = (stored: boolean): Uint8Array =>
    zipFile({ 'x.npy': npy('|u1', '(2, 1)', [1, 2]), 'y.npy': npy('|u1', '(2,)', [0, 1]) }, stored)

  test.each([true, false])('gives arrays by name, stored: %s', async (stored) => {
    const arrays = await parseNpz(file(stored))
    expect([...arrays.keys()]).toEqual(['x', 'y'])
    expect(arrays.get('x')?.shape).toEqual([2, 1])
  })

  test('says which arrays there are', async () => {
    await expect(parseNpz(file(true), 'a.npz', ['z'])).rejects.toThrow('there is no array "z", there are: x, y')
  })
})

describe('zip', () => {
  test('lists files and extracts what was put in', async () => {
    const archive = zipFile({ 'a/b.txt': 'hello', 'empty/': '', c: 'x'.repeat(5000) })
    const entries = readZip(archive)
    expect(entries.map(({ path, size }) => [path, size])).toEqual([
      ['a/b.txt', 5],
      ['c', 5000],
    ])
    expect(new TextDecoder().decode(await entries[0].extract())).toBe('hello')
  })

  test('refuses a file that was altered', async () => {
    const archive = zipFile({ a: 'hello' }, true)
    archive[32] ^= 1
    await expect(readZip(archive, 'a.zip')[0].extract()).rejects.toThrow(code('ZIP_CORRUPT'))
  })

  test('refuses a file that is larger than the archive says', async () => {
    const archive = zipFile({ a: 'x'.repeat(100_000) })
    new DataView(archive.buffer).setUint32(archive.length - 22 - 47 + 24, 10, true)
    await expect(readZip(archive)[0].extract()).rejects.toThrow(code('FILE_TOO_LARGE'))
  })

  test('refuses what is cut off', () => {
    const archive = zipFile({ a: 'hello' })
    expect(() => readZip(archive.subarray(0, -1))).toThrow(code('ZIP_CORRUPT'))
  })

  test('ends where it says, whatever its comment looks like', () => {
    const archive = zipFile({ a: 'hello' })
    // The end of an archive without files, and one byte more.
    const comment = [...zipFile({}), 0]
    archive[archive.length - 2] = comment.length
    expect(readZip(Uint8Array.from([...archive, ...comment])).map(({ path }) => path)).toEqual(['a'])
  })
})

describe('gzip', () => {
  test('is decompressed', async () => {
    expect(new TextDecoder().decode(await gunzip(gzipSync('hello')))).toBe('hello')
  })

  test('is refused where it is damaged, cut off, or too large', async () => {
    const file = gzipSync('hello'.repeat(1000))
    await expect(gunzip(file.subarray(0, -9), 'a.gz')).rejects.toThrow(code('GZIP_CORRUPT'))
    await expect(gunzip(Uint8Array.of(31, 139, 1, 2, 3))).rejects.toThrow(code('GZIP_CORRUPT'))
    await expect(gunzip(file, 'a.gz', 100)).rejects.toThrow(code('FILE_TOO_LARGE'))
  })
})

/** A good file with a few bytes changed, cut, or replaced by noise. */
function damaged(good: Uint8Array): fc.Arbitrary<Uint8Array> {
  const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) })
  return fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.nat(good.length).map((end) => good.slice(0, end)),
    fc.array(change, { minLength: 1, maxLength: 6 }).map((changes) => {
      const copy = good.slice()
      for (const { at, byte } of changes) copy[at] = byte
      return copy
    }),
  )
}

describe('whatever bytes are read, there is an array or a typed error', () => {
  test.each<[string, Uint8Array, (bytes: Uint8Array) => unknown]>([
    ['idx', idxFile([2, 2], [1, 2, 3, 4]), (bytes) => parseIdx(bytes)],
    ['npy', npy('<f8', '(1, 2)', new Array(16).fill(1)), (bytes) => parseNpy(bytes)],
    ['zip', zipFile({ a: 'hello', b: 'world' }), (bytes) => readZip(bytes)],
  ])('%s', (_, good, read) => {
    fc.assert(
      fc.property(damaged(good), (bytes) => {
        const result = attempt(() => read(bytes))
        if (result instanceof Error) expect(result).toBeInstanceOf(DataFileError)
      }),
      { numRuns: 400 },
    )
  })

  test('extracted from a zip archive', async () => {
    await fc.assert(
      fc.asyncProperty(damaged(zipFile({ a: 'hello hello hello hello' })), async (bytes) => {
        const result = await Promise.resolve()
          .then(() => Promise.all(readZip(bytes).map((entry) => entry.extract())))
          .catch((error: unknown) => error)
        if (result instanceof Error) expect(result).toBeInstanceOf(DataFileError)
      }),
      { numRuns: 100 },
    )
  })
})
