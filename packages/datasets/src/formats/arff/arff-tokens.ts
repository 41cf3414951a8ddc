/**
 * Splits a row, or the values of a nominal attribute, at commas. Cells in quotes keep commas and spaces; a backslash in
 * them escapes.
 *
 * @returns `undefined` where a quote is not closed or something stands behind it.
 */
export function splitCells(text: string): string[] | undefined {
  const cells: string[] = []
  let at = 0
  for (;;) {
    const cell = readToken(text, at, ',')
    if (cell === undefined) return undefined
    cells.push(cell.text)
    if (cell.end >= text.length) return cells
    if (text[cell.end] !== ',') return undefined
    at = cell.end + 1
  }
}

/**
 * The cell at a place, without its quotes and the blanks around it.
 *
 * @param stop - What ends a cell without quotes: a comma, or white space.
 * @returns Where it ends, behind blanks. `undefined` where a quote is not closed.
 */
export function readToken(text: string, from: number, stop: ',' | ' '): { text: string; end: number } | undefined {
  let at = from
  while (isBlank(text[at])) at++
  const quote = text[at]
  if (quote === "'" || quote === '"') {
    let value = ''
    for (at++; text[at] !== quote; at++) {
      if (text[at] === '\\') at++
      if (at >= text.length) return undefined
      value += text[at]
    }
    for (at++; isBlank(text[at]);) at++
    return { text: value, end: at }
  }
  const start = at
  while (at < text.length && (stop === ',' ? text[at] !== ',' : !isBlank(text[at]))) at++
  const value = text.slice(start, at).trim()
  while (isBlank(text[at])) at++
  return { text: value, end: at }
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}
