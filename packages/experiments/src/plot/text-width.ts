import * as vega from 'vega'

/** Widths in hundredths of the font size, as in Arial, which most fonts without serifs come near to. */
const WIDTHS: readonly (readonly [characters: string, width: number])[] = [
  ["'ijl|", 22],
  [' !,./:;I[\\]ft', 28],
  ['()-`r{}', 34],
  ['"*^', 39],
  ['Jckxsvyz', 50],
  ['+<=>~×−', 58],
  ['ABEKPSVXY&', 67],
  ['CDHNRUw', 72],
  ['GOQ', 78],
  ['mM', 83],
  ['@W%', 94],
]
const OTHERS = 56
/** From here on, mostly scripts whose letters are as wide as they are high. */
const WIDE_FROM = 0x2e80

const widths = new Map(WIDTHS.flatMap(([characters, width]) => [...characters].map((one) => [one, width] as const)))

/** Fonts of readers are up to so much wider. */
const ALLOWANCE = 1.08

/** Estimates the width of a line of text in pixels. */
export function textWidth(text: string, fontSize: number, isBold = false): number {
  let sum = 0
  for (const character of text) {
    sum += widths.get(character) ?? (character.codePointAt(0)! >= WIDE_FROM ? 100 : OTHERS)
  }
  return (sum / 100) * fontSize * (isBold ? 1.07 : 1) * ALLOWANCE
}

interface TextItem {
  readonly fontSize?: number
  readonly fontWeight?: string | number
  /** Pixels after which a line is cut; 0: none. */
  readonly limit?: number
}

/** What Vega exports for this purpose, and leaves out of its types. */
interface Measuring {
  readonly textMetrics: { width: (item: TextItem, text: unknown) => number }
}

/** Without a canvas to measure on, Vega takes all characters to be as wide as an M, and cuts labels that have room. */
export function useTextWidth(): void {
  const { textMetrics } = vega as unknown as Measuring
  textMetrics.width = ({ fontSize = 11, fontWeight, limit = 0 }, text) => {
    const isBold = fontWeight === 'bold' || Number(fontWeight) >= 600
    const width = textWidth(String(text ?? '').trim(), fontSize, isBold)
    return limit > 0 ? Math.min(width, limit) : width
  }
}
