import { describe, expect, it } from 'vitest'
import { parseTransferSpeed } from '../../src/file/units/transfer-speed.ts'

describe('a speed', () => {
  it('is in bytes or in bits, with decimal prefixes', () => {
    expect(parseTransferSpeed('125 kB/s')).toBe(125_000)
    expect(parseTransferSpeed('10 Mbit/s')).toBe(1_250_000)
    expect(parseTransferSpeed('1.5GB/s')).toBe(1.5e9)
    expect(parseTransferSpeed('8 bit/s')).toBe(1)
  })

  it.each(['10', '10 M/s', '10 MiB/s', '10 mB/s', '10 MB', '-1 MB/s', '10 MB/min'])('is not %j', (text) => {
    expect(parseTransferSpeed(text)).toBeUndefined()
  })
})
