import { type Archive, type ArchivedArray, ConfigurationError } from '../src/index.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ArchiveReader, ArchiveWriter } from '../src/index.ts'

/** What is saved, entry by entry. */
type Entries = readonly (number | ArchivedArray)[]

function save(entries: Entries): Uint8Array {
  const pieces: number[] = []
  const writer = new ArchiveWriter((bytes) => {
    for (const byte of bytes) pieces.push(byte)
  })
  visit(entries, writer)
  writer.finish()
  return Uint8Array.from(pieces)
}

function visit(entries: Entries, archive: Archive): (number | ArchivedArray)[] {
  return entries.map((entry) => {
    if (typeof entry === 'number') return archive.number(entry)
    archive.array(entry)
    return entry
  })
}

function readerOf(bytes: Uint8Array): ArchiveReader {
  let position = 0
  return new ArchiveReader((target) => {
    if (position + target.length > bytes.length) throw new RangeError('the end')
    target.set(bytes.subarray(position, position + target.length))
    position += target.length
  })
}

/** The same shape with other contents. */
function blank(entries: Entries): Entries {
  return entries.map((entry) => (typeof entry === 'number' ? -1 : entry.slice().fill(0)))
}

const kinds = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array]
const arrays = fc
  .tuple(fc.constantFrom(...kinds), fc.array(fc.double({ noNaN: true }), { maxLength: 20 }))
  .map(([Kind, values]): ArchivedArray => Kind.from(values))
const entries = fc.array(fc.oneof(fc.double(), arrays), { maxLength: 20 })

describe('an archive', () => {
  test('restores what was saved, into arrays where they lie', () => {
    fc.assert(
      fc.property(entries, (saved) => {
        const reader = readerOf(save(saved))
        expect(visit(blank(saved), reader)).toEqual(saved)
        reader.finish()
      }),
    )
  })

  test('saves parts of a larger buffer alone', () => {
    const whole = Float64Array.of(1, 2, 3, 4)
    const target = Float64Array.of(9, 9, 9, 9)
    readerOf(save([whole.subarray(1, 3)])).array(target.subarray(2, 4))
    expect(target).toEqual(Float64Array.of(9, 9, 2, 3))
  })

  test('passes large arrays on as they lie in memory', () => {
    const large = new Int32Array(100_000).fill(7)
    const sunk: ArrayBufferLike[] = []
    const writer = new ArchiveWriter((bytes) => sunk.push(bytes.buffer))
    writer.number(1)
    writer.array(large)
    writer.finish()
    expect(sunk.filter((buffer) => buffer === large.buffer)).toHaveLength(1)
  })

  test('keeps entries in order around large arrays', () => {
    const saved = [1, new Int32Array(50_000).fill(3), 2, new Uint8Array(70_000).fill(4), 5]
    const reader = readerOf(save(saved))
    expect(visit(blank(saved), reader)).toEqual(saved)
    reader.finish()
  })

  test.each<[string, Entries, Entries, string]>([
    ['an array for a number', [1], [new Int32Array(1)], 'a number in the place of Int32Array of length 1'],
    ['a number for an array', [new Int8Array(2)], [1], 'Int8Array of length 2 in the place of a number'],
    ['another length', [new Int32Array(2)], [new Int32Array(3)], 'of length 2 in the place of Int32Array of length 3'],
    ['another type', [new Int32Array(2)], [new Float32Array(2)], 'in the place of Float32Array'],
    ['more than was saved', [1], [1, 2], 'the end in the place of a number'],
  ])('refuses %s', (_, saved, wanted, problem) => {
    const restore = (): unknown => visit(wanted, readerOf(save(saved)))
    expect(restore).toThrow(ConfigurationError)
    expect(restore).toThrow(problem)
  })

  test('notices that not all has been restored', () => {
    const reader = readerOf(save([1, 2]))
    reader.number()
    expect(() => reader.finish()).toThrow('a number in the place of the end')
  })

  test('passes on what its source and its sink throw', () => {
    const full = new ArchiveWriter(() => {
      throw new Error('disk full')
    })
    full.number(1)
    expect(() => full.finish()).toThrow('disk full')
    expect(() => readerOf(new Uint8Array(3)).number()).toThrow('the end')
  })
})
