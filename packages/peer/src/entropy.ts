/** 53 bits of the machine's entropy: a seed that nobody can guess. */
export function entropy(): number {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2))
  return (high >>> 11) * 2 ** 32 + low
}
