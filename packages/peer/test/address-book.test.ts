import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AddressBook } from '../src/address-book.ts'
import { memoryPeerName } from '../src/memory-network.ts'
import { addressFromText, bytesFromName } from '../src/wire/names.ts'

const SELF = memoryPeerName(0)
const address = (port: number) => `/ip4/10.0.0.1/tcp/${port}`

function createBook(capacity?: number): AddressBook {
  return new AddressBook({ self: SELF, ...(capacity === undefined ? {} : { capacity }) })
}

describe('integers of peers', () => {
  test('this peer is 0, others count up, by name or by binary id', () => {
    const book = createBook()
    expect(book.intern(SELF)).toBe(0)
    expect(book.intern(memoryPeerName(7))).toBe(1)
    expect(book.internBytes(bytesFromName(memoryPeerName(8)), [])).toBe(2)
    expect(book.internBytes(bytesFromName(memoryPeerName(7)), [])).toBe(1)
    expect(book.intern(memoryPeerName(8))).toBe(2)
    expect(book.internBytes(bytesFromName(SELF), [])).toBe(0)
    expect(book.size).toBe(3)
  })

  test('names and binary ids come back, of a peer that was never heard of nothing', () => {
    const book = createBook()
    const peer = book.intern(memoryPeerName(7))
    expect(book.nameOf(peer)).toBe(memoryPeerName(7))
    expect(book.bytesOf(peer)).toEqual(bytesFromName(memoryPeerName(7)))
    expect(book.find(memoryPeerName(7))).toBe(peer)
    expect([book.nameOf(99), book.bytesOf(-1), book.find(memoryPeerName(9))]).toEqual([undefined, undefined, undefined])
    expect(book.addressesOf(99)).toEqual([])
  })

  test('a binary id is copied', () => {
    const book = createBook()
    const id = bytesFromName(memoryPeerName(7)).slice()
    const peer = book.internBytes(id, [])
    id.fill(0)
    expect(book.bytesOf(peer)).toEqual(bytesFromName(memoryPeerName(7)))
  })

  test('those used last whose addresses are known are told, the latest first, but for this peer and the pinned', () => {
    const book = createBook()
    const [a, b, , d, e] = [1, 2, 3, 4, 5].map((i) => book.intern(memoryPeerName(i), i === 3 ? [] : [address(i)]))
    book.pin(d)
    expect(book.recent(9)).toEqual([e, b, a])
    book.nameOf(a)
    expect(book.recent(2)).toEqual([a, e])
  })

  test('a name that is no PeerId does for a transport, but not on the wire', () => {
    const book = createBook()
    const peer = book.intern('alice')
    expect(book.nameOf(peer)).toBe('alice')
    expect(() => book.bytesOf(peer)).toThrow(expect.objectContaining({ code: 'PEER_NAME_INVALID' }))
  })

  test('against a model: bounded, never reused, the least recently used goes first', () => {
    const step = fc.record({
      do: fc.constantFrom('intern', 'internBytes', 'nameOf', 'bytesOf', 'pin', 'unpin'),
      index: fc.integer({ min: 1, max: 40 }),
    })
    const walk = fc.array(step, { maxLength: 150, size: 'max' })
    fc.assert(
      fc.property(walk, (steps) => {
        const { held, expected } = runAgainstModel(steps)
        expect(held).toEqual(expected)
      }),
    )
  })
})

/** A peer as the model has it. */
interface Known {
  readonly name: string
  readonly peer: number
  pins: number
}

/** The book in a few lines: a list that holds the least recently used first. */
class ModelBook {
  known: Known[] = []
  next = 1
  readonly #others: number

  constructor(capacity: number) {
    this.#others = capacity - 1
  }

  /** What the book should answer to a step, if anything. */
  step(action: Step['do'], name: string): unknown {
    const entry = this.known.find((other) => other.name === name)
    if (action === 'intern' || action === 'internBytes') return this.#use(entry ?? this.#add(name)).peer
    if (entry === undefined) return undefined
    if (action === 'nameOf') return this.#use(entry).name
    if (action === 'bytesOf') return bytesFromName(this.#use(entry).name)
    if (action === 'pin') return ++entry.pins > 0
    entry.pins = Math.max(0, entry.pins - 1)
    if (entry.pins === 0) this.#use(entry)
    return undefined
  }

  #add(name: string): Known {
    if (this.known.length === this.#others) {
      this.known.splice(
        this.known.findIndex((other) => other.pins === 0),
        1,
      )
    }
    return { name, peer: this.next++, pins: 0 }
  }

  #use(entry: Known): Known {
    this.known = [...this.known.filter((other) => other !== entry), entry]
    return entry
  }
}

interface Step {
  readonly do: 'intern' | 'internBytes' | 'nameOf' | 'bytesOf' | 'pin' | 'unpin'
  readonly index: number
}

/** Which of all integers ever given out still have a name in the end, and which should. */
function runAgainstModel(steps: readonly Step[]): { held: unknown; expected: unknown } {
  const book = createBook(16)
  const model = new ModelBook(16)
  for (const { do: action, index } of steps) {
    const name = memoryPeerName(index)
    const entry = model.known.find((other) => other.name === name)
    const pinned = model.known.filter((other) => other.pins > 0).length
    // Without an integer there is nothing to ask; of two books with half of their peers pinned, one throws.
    if (entry === undefined && !action.startsWith('intern')) continue
    if (action === 'pin' && pinned === 7) continue
    // A peer without pins is used by nothing that unpins it.
    if (action === 'unpin' && entry?.pins === 0) continue
    const peer = entry?.peer ?? -1
    const answers = {
      intern: () => book.intern(name),
      internBytes: () => book.internBytes(bytesFromName(name), []),
      nameOf: () => book.nameOf(peer),
      bytesOf: () => book.bytesOf(peer),
      pin: () => book.pin(peer),
      unpin: () => book.unpin(peer),
    }
    expect(answers[action]()).toEqual(model.step(action, name))
    expect(book.size).toBe(model.known.length + 1)
  }
  const peers = Array.from({ length: model.next }, (_, peer) => peer)
  const names = new Map([[0, SELF], ...model.known.map(({ peer, name }): [number, string] => [peer, name])])
  return { held: peers.map((peer) => book.nameOf(peer)), expected: peers.map((peer) => names.get(peer)) }
}

describe('pins', () => {
  test('at most half of the book, this peer included', () => {
    const book = createBook(16)
    for (let i = 1; i < 8; i++) book.pin(book.intern(memoryPeerName(i)))
    const peer = book.intern(memoryPeerName(8))
    expect(() => book.pin(peer)).toThrow(expect.objectContaining({ code: 'ADDRESS_BOOK_PINS' }))
    book.unpin(book.intern(memoryPeerName(1)))
    expect(book.pin(peer)).toBe(true)
  })

  test('a peer that is not in the book cannot be pinned, and this peer cannot be unpinned', () => {
    const book = createBook(16)
    expect(book.pin(99)).toBe(false)
    book.unpin(0)
    for (let i = 1; i < 100; i++) book.intern(memoryPeerName(i))
    expect(book.nameOf(0)).toBe(SELF)
  })

  test('a peer that is pinned twice is unpinned twice', () => {
    const book = createBook(16)
    const peer = book.intern(memoryPeerName(1))
    book.pin(peer)
    book.pin(peer)
    book.unpin(peer)
    for (let i = 2; i < 100; i++) book.intern(memoryPeerName(i))
    expect(book.nameOf(peer)).toBe(memoryPeerName(1))
    book.unpin(peer)
    for (let i = 200; i < 300; i++) book.intern(memoryPeerName(i))
    expect(book.nameOf(peer)).toBeUndefined()
  })
})

describe('addresses', () => {
  const bytesOf = (text: string) => addressFromText(text)?.bytes ?? new Uint8Array(0)

  test('the newest first, each once, at most eight', () => {
    const book = createBook()
    const name = memoryPeerName(1)
    const peer = book.intern(name, [address(1), address(2), address(1)])
    expect(book.addressesOf(peer)).toEqual([address(2), address(1)])
    book.internBytes(
      bytesFromName(name),
      [3, 2, 4].map((port) => bytesOf(address(port))),
    )
    expect(book.addressesOf(peer)).toEqual([address(4), address(3), address(2), address(1)])
    book.intern(name, [5, 6, 7, 8, 9].map(address))
    expect(book.addressesOf(peer)).toEqual([9, 8, 7, 6, 5, 4, 3, 2].map(address))
    expect(book.addressBytesOf(peer)).toEqual(book.addressesOf(peer).map(bytesOf))
  })

  test.each([
    '',
    'nonsense',
    '/ip4/1.2.3',
    '/ip4/10.0.0.1/tcp/1/p2p/' + SELF,
    `/dns4/${'x'.repeat(300)}/tcp/1`,
    '/dns4/a\u001b[2J/tcp/1',
  ])('%j is left out', (text) => {
    const book = createBook()
    expect(book.addressesOf(book.intern(memoryPeerName(1), [text, address(1)]))).toEqual([address(1)])
  })

  test('this peer’s own are what it says now, whatever others say', () => {
    let own = [address(1)]
    const book = new AddressBook({ self: SELF, selfAddresses: () => own })
    book.intern(SELF, [address(666)])
    book.internBytes(bytesFromName(SELF), [bytesOf(address(666))])
    expect(book.addressesOf(0)).toEqual([address(1)])
    own = [address(2), `${address(3)}/p2p/${SELF}`]
    expect(book.addressesOf(0)).toEqual([address(2)])
    expect(book.addressBytesOf(0)).toEqual([bytesOf(address(2))])
  })

  test('are forgotten with their peer', () => {
    const book = createBook(16)
    const peer = book.intern(memoryPeerName(1), [address(1)])
    for (let i = 2; i < 20; i++) book.intern(memoryPeerName(i))
    expect(book.addressesOf(peer)).toEqual([])
    expect(book.addressesOf(book.intern(memoryPeerName(1)))).toEqual([])
  })
})

test.each([0, 15, 1.5])('refuses a capacity of %d', (capacity) => {
  expect(() => createBook(capacity)).toThrow(expect.objectContaining({ code: 'COUNT_INVALID' }))
})
