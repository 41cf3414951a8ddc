import { PLOT_COLOURS, renderSvg } from '@hearsay/experiments/plot'
import type { ShardCensus } from './shard-census.ts'

/** Peers that are drawn. */
const PEERS_MAX = 200
const WIDTH = 640
const ROW_HEIGHT = 22

/** Draws who holds what as one SVG: a row of circles for each class, their areas in proportion to a peer's rows of it. */
export async function drawShards({ classNames, sizes, counts }: ShardCensus, title: string): Promise<string> {
  const shown = Math.min(sizes.length, PEERS_MAX)
  const values = counts.slice(0, shown).flatMap((own, peer) => {
    const held = classNames.map((name, label) => ({ peer: peer + 1, class: name, rows: own[label] }))
    return held.filter(({ rows }) => rows > 0)
  })
  const subtitle =
    shown < sizes.length ? `the first ${shown} of ${sizes.length} peers` : 'rows of each class that a peer holds'
  return await renderSvg({
    width: WIDTH,
    height: Math.max(120, ROW_HEIGHT * classNames.length),
    title: { text: title, subtitle },
    data: { values },
    mark: { type: 'circle', opacity: 0.8, color: PLOT_COLOURS[0] },
    encoding: {
      x: {
        field: 'peer',
        type: 'quantitative',
        title: 'peer',
        scale: { domain: [0, shown + 1], nice: false },
        axis: { tickMinStep: 1, format: 'd' },
      },
      y: { field: 'class', type: 'nominal', title: 'class', sort: [...classNames], scale: { domain: [...classNames] } },
      size: { field: 'rows', type: 'quantitative', title: 'rows', scale: { rangeMax: areaOf(shown) } },
    },
  })
}

/** Square pixels of the largest circle: neighbours may touch, and hardly overlap. */
function areaOf(peers: number): number {
  const diameter = Math.max(6, Math.min(ROW_HEIGHT, (1.5 * WIDTH) / (peers + 1)))
  return diameter * diameter
}
