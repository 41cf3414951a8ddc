import { INK } from '../../plot/colours.ts'
import type { Results } from '../../results/results.ts'
import { formatBytes } from '../format.ts'
import { bySetting } from '../groups.ts'
import { type Load, traffic, type Traffic } from '../traffic.ts'
import { BYTES_LABEL, horizontalAxis } from './axes.ts'
import { costRange, type AxisRange } from './axis-range.ts'
import { contestantEncoding } from './contestant-encoding.ts'
import { type Figure, figureOf, type FigureWidth } from './figure.ts'
import { nameAxis, nameWidth } from './name-axis.ts'
import { arrange, type Layer, type Panel, panelSize } from './views.ts'

const ROW_HEIGHT = 36
/** Between the marks of one contestant. */
const KIND_HEIGHT = 10
const PEER_KINDS = ['median peer', 'busiest peer', 'server'] as const

interface Row {
  readonly contestant: string
  readonly kind: (typeof PEER_KINDS)[number]
  readonly bytes: number
}

/** Bytes through the server, the busiest and the median peer; none where nothing was sent. */
export function trafficFigure(results: Results): Figure[] {
  const all = traffic(results)
  const rows = all.flatMap(rowsOf)
  if (!rows.some(({ bytes }) => bytes > 0)) return []
  const texts = all.map(
    (one) =>
      `${[one.setting.label, one.contestant].filter((text) => text !== '').join(' ')}: ` +
      rowsOf(one)
        .map(({ kind, bytes }) => `${kind} ${formatBytes(bytes)}`)
        .join(', '),
  )
  return [
    figureOf({
      id: 'traffic',
      title: 'Traffic of single peers',
      caption:
        'Bytes sent and received by one peer in a whole run, averaged over seeds. Who sends nothing has no marks.',
      description: `Traffic of single peers. ${texts.join('; ')}.`,
      draw: (width) => draw(results, all, width),
    }),
  ]
}

function rowsOf({ contestant, server, median, max }: Traffic): Row[] {
  const total = ({ sent, received }: Load): number => sent + received
  return [
    { contestant, kind: 'median peer', bytes: total(median) },
    { contestant, kind: 'busiest peer', bytes: total(max) },
    ...(server === undefined ? [] : [{ contestant, kind: 'server', bytes: total(server) } as const]),
  ]
}

function draw(results: Results, all: readonly Traffic[], width: FigureWidth) {
  const settings = bySetting(all)
  const left = nameWidth(results.manifest.experiment.contestants, width)
  const count = Math.max(...settings.map((own) => own.length))
  const size = panelSize(settings.length, width, left + 8, 12 + ROW_HEIGHT * count)
  const bytes = all.flatMap(rowsOf).map((row) => row.bytes)
  const range = costRange([...bytes, 1.04 * Math.max(...bytes)], Math.max(3, Math.floor(size.width / 55)))
  return arrange(
    [],
    settings.map((own) => panelOf(own, results.manifest.experiment.contestants, range, left, width)),
    size,
  )
}

function panelOf(
  own: readonly Traffic[],
  contestants: readonly string[],
  range: AxisRange,
  left: number,
  width: FigureWidth,
): Panel {
  const { color } = contestantEncoding(contestants)
  const rows = own.flatMap(rowsOf).filter(({ bytes }) => bytes > 0)
  const domain = [...PEER_KINDS]
  const field = { field: 'kind', type: 'nominal', title: null } as const
  const direction = width === 'wide' ? 'horizontal' : 'vertical'
  const legend = { orient: 'top', direction, labelFontSize: 13, labelColor: INK } as const
  const layers = PEER_KINDS.map((kind, i): Layer => ({
    data: { values: rows.filter((row) => row.kind === kind) },
    mark: {
      type: 'point',
      size: 70,
      filled: true,

      opacity: 1,
      yOffset: (i - 1) * KIND_HEIGHT,
    },
    encoding: {
      x: { ...horizontalAxis('bytes of one peer', range, BYTES_LABEL), field: 'bytes' },
      y: nameAxis(
        own.map(({ contestant }) => contestant),
        left,
      ),
      color,
      shape: { ...field, legend, scale: { domain, range: ['circle', 'diamond', 'square'] } },
    },
  }))
  return { title: own[0].setting.label, layers }
}
