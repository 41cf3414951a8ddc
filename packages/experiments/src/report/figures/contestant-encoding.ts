import { PLOT_COLOURS } from '../../plot/index.ts'

// Colour, dash and marker all tell contestants apart: a print in grey loses nothing.

const DASHES: readonly number[][] = [
  [1, 0],
  [9, 4],
  [3, 3],
  [9, 3, 2, 3],
  [14, 4],
  [5, 2, 2, 2, 2, 2],
  [1.5, 2.5],
  [14, 3, 3, 3],
]

const MARKERS = [
  'circle',
  'square',
  'triangle-up',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-right',
  'triangle-left',
] as const

/** From the ninth on, colours come again with other dashes and markers. */
function pick<Item>(items: readonly Item[], i: number, shift: number): Item {
  return items[(i + shift * Math.floor(i / items.length)) % items.length]
}

interface Channel<Item> {
  field: string
  type: 'nominal'
  legend: null
  scale: { domain: string[]; range: Item[] }
}

export interface ContestantEncoding {
  readonly color: Channel<string>
  readonly strokeDash: Channel<number[]>
  readonly shape: Channel<string>
}

/** Encodings of the field `contestant`, without legends. */
export function contestantEncoding(contestants: readonly string[]): ContestantEncoding {
  const channel = <Item>(items: readonly Item[], shift: number): Channel<Item> => ({
    ...{ field: 'contestant', type: 'nominal', legend: null },
    scale: { domain: [...contestants], range: contestants.map((_, i) => pick(items, i, shift)) },
  })
  return { color: channel(PLOT_COLOURS, 0), strokeDash: channel(DASHES, 1), shape: channel(MARKERS, 2) }
}
