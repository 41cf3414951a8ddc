import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MESSAGE_WORDS, Word } from '../../src/events/message-record.ts'
import { peerWords } from '../../src/peer-words.ts'
import { TieOrder } from '../../src/events/tie-order.ts'

interface Arrival {
  readonly target: number
  readonly source: number
  readonly sentAt: number
}

const PEERS = 6

const arrivals = fc.array(
  fc.record({
    target: fc.integer({ min: 0, max: PEERS - 1 }),
    source: fc.integer({ min: 0, max: PEERS - 1 }),
    sentAt: fc.integer({ min: 0, max: 4 }),
  }),
  { maxLength: 120 },
)

/** The records of some messages, in words and in the order of their insertion. */
function recordsOf(list: readonly Arrival[], firstMs: number): { words: Int32Array; records: Int32Array } {
  const words = new Int32Array(list.length * MESSAGE_WORDS)
  const records = Int32Array.from(list.keys(), (i) => i * MESSAGE_WORDS)
  for (const [i, { target, source, sentAt }] of list.entries()) {
    words[records[i] + Word.target] = target
    words[records[i] + Word.source] = source
    words[records[i] + Word.sentAt] = firstMs + sentAt
  }
  return { words, records }
}

test('the messages of one peer are sorted by time of sending and sender, those of different peers keep their places', () => {
  const moments = fc.array(arrivals, { minLength: 1, maxLength: 5 })
  // Times of sending are 32-bit words: they go round after 2³² ms.
  const firstMs = fc.constantFrom(0, 2 ** 31 - 2, 2 ** 32 - 3)
  fc.assert(
    fc.property(moments, firstMs, (lists, first) => {
      const order = new TieOrder(peerWords(PEERS))
      for (const list of lists) {
        const { words, records } = recordsOf(list, first)
        order.arrange(records, list.length, words)
        const sorted = Array.from(records, (record) => record / MESSAGE_WORDS)
        expect(sorted.map((i) => list[i].target)).toEqual(list.map(({ target }) => target))
        for (let peer = 0; peer < PEERS; peer++) {
          const indices = [...list.keys()].filter((i) => list[i].target === peer)
          const expected = indices.sort((a, b) => list[a].sentAt - list[b].sentAt || list[a].source - list[b].source)
          expect(sorted.filter((i) => list[i].target === peer)).toEqual(expected)
        }
      }
    }),
  )
})
