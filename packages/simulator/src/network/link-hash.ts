const TWO_POW_MINUS_32 = 2 ** -32

/**
 * A number in [0, 1) that belongs to the directed link from `from` to `to`: the same at every call, and as good as
 * independent between links and seeds. What is fixed per link needs no memory that way.
 *
 * @param seed - A safe integer ≥ 0.
 */
export function linkHash(seed: number, from: number, to: number): number {
  let hash = mix(seed | 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b)
  hash = mix(Math.imul(hash, 0x9e3779b1) ^ from)
  hash = mix(Math.imul(hash, 0x9e3779b1) ^ to)
  return (hash >>> 0) * TWO_POW_MINUS_32
}

/** The finaliser of MurmurHash3 (Appleby) behind a constant, so that 0 is not its own image. */
function mix(value: number): number {
  let h = (value + 0x6a09e667) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
