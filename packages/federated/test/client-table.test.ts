import { expect, test } from 'vitest'
import { ClientTable, NO_SLOT } from '../src/server/client-table.ts'

const FAR = 2 ** 31 - 1

test('clients keep their slots, however far apart their numbers are', () => {
  const table = new ClientTable(3)
  for (const [slot, peer] of [7, FAR, 0].entries()) {
    expect(table.slotOf(peer)).toBe(NO_SLOT)
    expect(table.admit(peer, 0)).toBe(slot)
    table.see(slot, 5)
  }
  for (const [slot, peer] of [7, FAR, 0].entries()) {
    expect(table.slotOf(peer)).toBe(slot)
    expect(table.peer(slot)).toBe(peer)
  }
  expect(table.slotOf(1)).toBe(NO_SLOT)
})

test('a client that was not heard of loses its slot to a new one', () => {
  const table = new ClientTable(2)
  for (const peer of [FAR, 4]) table.see(table.admit(peer, 0), peer === 4 ? 9 : 1)
  expect(table.admit(6, 1)).toBe(NO_SLOT)
  expect(table.admit(6, 2)).toBe(0)
  expect([FAR, 4, 6].map((peer) => table.slotOf(peer))).toEqual([NO_SLOT, 1, 0])
  table.clear()
  expect([FAR, 4, 6].map((peer) => table.slotOf(peer))).toEqual([NO_SLOT, NO_SLOT, NO_SLOT])
})
