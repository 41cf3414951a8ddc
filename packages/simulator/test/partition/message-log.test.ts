import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MessageLog } from '../../src/partition/message-log.ts'
import { emptyMessage, type SentMessage } from '../../src/partition/sent-message.ts'

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const messages = fc.array(
  fc
    .record({
      to: fc.nat(),
      from: fc.nat(),
      type: fc.nat(),
      sentMs: fc.maxSafeNat(),
      dueMs: fc.maxSafeNat(),
      value: fc.double(),
      stamp: fc.maxSafeNat(),
      words: fc.array(int32, { maxLength: 40 }).map((words) => Int32Array.from(words)),
    })
    .chain((message) =>
      fc.nat(message.words.length).map((offset) => ({ ...message, offset, length: message.words.length - offset })),
    ),
  { maxLength: 30 },
)

function growable(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes, { maxByteLength: 1 << 20 })
}

function read(log: MessageLog): (Omit<SentMessage, 'words' | 'offset'> & { payload: number[] })[] {
  const found: ReturnType<typeof read> = []
  log.forEach(emptyMessage(), ({ words, offset, ...rest }) =>
    found.push({ ...rest, payload: Array.from(words.subarray(offset, offset + rest.length)) }),
  )
  return found
}

test('the reader gets what the writer appended since it cleared the log, also where the log had to grow', () => {
  fc.assert(
    fc.property(messages, messages, (first, second) => {
      const buffer = growable(64)
      const [writer, reader] = [new MessageLog(buffer), new MessageLog(buffer)]
      expect(read(reader)).toEqual([])
      for (const list of [first, second]) {
        writer.clear()
        for (const message of list) writer.append(message)
        const expected = list.map(({ words, offset, ...rest }) => ({
          ...rest,
          payload: Array.from(words.subarray(offset, offset + rest.length)),
        }))
        expect(read(reader)).toEqual(expected)
      }
    }),
  )
})

test('a log that cannot grow further says so', () => {
  const log = new MessageLog(new SharedArrayBuffer(64, { maxByteLength: 256 }))
  log.clear()
  const message = { ...emptyMessage(), words: new Int32Array(100), length: 100 }
  expect(() => log.append(message)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }))
})
