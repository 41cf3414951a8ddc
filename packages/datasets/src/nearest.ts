/**
 * The candidate that `wanted` was probably meant to be: the one at the smallest edit distance (Levenshtein), case
 * ignored, if about a third of the word or less is wrong.
 */
export function nearest(wanted: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.min(Math.ceil(wanted.length / 3) + 1, wanted.length)
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue
    const distance = editDistance(wanted.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** ` (did you mean "x"?)`, or nothing where no candidate is near. */
export function suggestion(wanted: string, candidates: readonly string[]): string {
  const match = nearest(wanted, candidates)
  return match === undefined ? '' : ` (did you mean ${JSON.stringify(match)}?)`
}

/** Quoted and separated by commas; a long list is cut and ends with its size. */
export function listNames(names: readonly string[], limit = 12): string {
  const shown = names
    .slice(0, limit)
    .map((name) => JSON.stringify(name))
    .join(', ')
  return names.length > limit ? `${shown}, … (${names.length} in all)` : shown
}

function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const current = [i]
    for (let j = 1; j <= to.length; j++) {
      const replaced = previous[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1)
      current.push(Math.min(previous[j] + 1, current[j - 1] + 1, replaced))
    }
    previous = current
  }
  return previous[to.length]
}
