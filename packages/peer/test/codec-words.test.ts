import { BufferMemory } from '@hearsay/kernels'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readWords, writeWords } from '../src/wire/words.ts'

const words = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 9 })

test('a machine that stores the highest byte first writes and reads the same frames', () => {
  fc.assert(
    fc.property(words, fc.nat(5), (values, position) => {
      const memory = new BufferMemory(64)
      const offset = memory.allocate(values.length)
      memory.int32.set(values, offset)
      const [fast, portable] = [true, false].map((littleEndian) => {
        const frame = new Uint8Array(position + 4 * values.length + 3)
        writeWords(memory, offset, values.length, frame, position, littleEndian)
        return frame
      })
      expect(portable).toEqual(fast)

      for (const littleEndian of [true, false]) {
        const copy = memory.allocate(values.length)
        readWords(fast, position, values.length, memory, copy, littleEndian)
        expect(Array.from(memory.int32.subarray(copy, copy + values.length))).toEqual(values)
      }
    }),
  )
})
