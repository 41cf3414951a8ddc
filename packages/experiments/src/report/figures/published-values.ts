import type { ReferencePoint } from '../../experiment/reference-point.ts'
import { INK, MUTED } from '../../plot/colours.ts'
import type { CurveAxis } from '../curves.ts'
import type { Setting } from '../groups.ts'
import { type AxisRange, positionOf } from './axis-range.ts'
import type { Axis, Layer } from './views.ts'

/** A reference value, and the letter that stands for it in a figure: one for all of the same label and source. */
export interface PublishedValue {
  readonly tag: string
  readonly reference: ReferencePoint
}

/** The reference values that a figure shows: those of one cycle only where cycles are drawn. */
export function publishedValues(
  references: readonly ReferencePoint[],
  settings: readonly Setting[],
  axis: CurveAxis,
  { scale }: { readonly scale: 'linear' | 'log' },
): PublishedValue[] {
  const shown = references
    .filter(({ cycle, value }) => (cycle === undefined || axis === 'cycles') && (scale === 'linear' || value > 0))
    .filter((reference) => settings.some((setting) => belongsTo(reference, setting)))
  const names = [...new Set(shown.map(nameOf))]
  return shown.map((reference) => {
    const i = names.indexOf(nameOf(reference))
    return { tag: String.fromCodePoint(65 + (i % 26)).repeat(1 + Math.floor(i / 26)), reference }
  })
}

function nameOf({ label, source }: ReferencePoint): string {
  return JSON.stringify([label, source])
}

function belongsTo({ where = {} }: ReferencePoint, { levels }: Setting): boolean {
  return Object.entries(where).every(([name, level]) => levels[name] === level)
}

const LABEL_HEIGHT = 13

/** Dotted lines with their letters beside the panel, and crosses with theirs beside them. */
export function publishedLayers(
  published: readonly PublishedValue[],
  setting: Setting,
  { x, y, values, height }: { x: Axis & { field: string }; y: Axis; values: AxisRange; height: number },
): Layer[] {
  const own = published.filter(({ reference }) => belongsTo(reference, setting))
  const points = own.flatMap(({ tag, reference: { value, cycle } }) =>
    cycle === undefined ? [] : { tag, value, x: cycle },
  )
  const lines = own.filter(({ reference: { cycle } }) => cycle === undefined)
  const value = { ...y, field: 'value' }
  const text = { type: 'text', align: 'left', fontSize: 12, fontWeight: 'bold', color: INK } as const
  return [
    {
      data: { values: lines.map(({ reference }) => ({ value: reference.value })) },
      mark: { type: 'rule', strokeWidth: 1.5, strokeDash: [2, 3], color: MUTED },
      encoding: { y: value },
    },
    {
      data: { values: points },
      mark: { type: 'point', shape: 'M-1,-1L1,1M-1,1L1,-1', size: 40, strokeWidth: 2, color: INK, clip: true },
      encoding: { x, y: value },
    },
    {
      data: { values: points },
      mark: { ...text, baseline: 'middle', dx: 7 },
      encoding: { x, y: value, text: { field: 'tag' } },
    },
    ...placed(lines, values, height).map(({ tag, reference, offset }): Layer => ({
      data: { values: [{ tag, value: reference.value, x: x.scale.domain[1] }] },
      mark: { ...text, baseline: 'middle', dx: 5, dy: offset },
      encoding: { x, y: value, text: { field: 'tag' } },
    })),
  ]
}

/** Letters beside their values, pushed up where one would cover the next. */
function placed(lines: readonly PublishedValue[], values: AxisRange, height: number) {
  let free = -Infinity
  return lines
    .toSorted((a, b) => a.reference.value - b.reference.value)
    .map(({ tag, reference }) => {
      const natural = positionOf(values, reference.value) * height
      const position = Math.max(natural, free)
      free = position + LABEL_HEIGHT
      return { tag, reference, offset: natural - position }
    })
}
