import { ConfigurationError } from '@hearsay/core'
import { type Dataset, type FeatureArray, formatShards, partition, shardOptions } from '@hearsay/datasets'
import type { ShowFlags } from './datasets-flags.ts'
import type { CliIo } from '../io.ts'
import { formatCount } from '../output/format.ts'
import { drained, writeJsonLine } from '../output/json-lines.ts'
import { truncate } from '../output/table.ts'
import { setupSeed } from '@hearsay/experiments'
import { classDistance, classSpread, type ShardCensus, sizeSpread, type Spread, takeCensus } from './shard-census.ts'

/** Peers that have a line of their own in a text. */
const LINES_MAX = 24
const BAR_WIDTH = 24
const LEVELS = ' ▁▂▃▄▅▆▇█'

/** @throws {@link ConfigurationError} `SHARDS_PEERS`; what `checkPlotFile` throws. */
export async function checkShardFlags({ peers, plot, shards }: ShowFlags): Promise<void> {
  if (peers === undefined && (plot !== undefined || shards !== undefined)) {
    const flag = plot === undefined ? '--shards' : '--plot'
    throw new ConfigurationError('SHARDS_PEERS', `${flag} shows who holds what: say among how many, with --peers`)
  }
  if (plot === undefined) return
  const { checkPlotFile } = await import('@hearsay/experiments/plot')
  await checkPlotFile(plot)
}

/** Shows who would hold what: the shards that `simulate` and `swarm` deal out with the same flags and seed. */
export async function showShards(train: Dataset<FeatureArray>, flags: ShowFlags, io: CliIo): Promise<void> {
  const { peers, plot, seed } = flags
  if (peers === undefined) return
  const shards = shardOptions(flags.shards ?? 'iid')
  const census = takeCensus(train, partition(train, peers, { ...shards, seed: setupSeed(seed, 'shards') }))
  const kind = formatShards(shards)
  if (flags.json === true) await tellJson(census, kind, seed, io)
  else io.stdout.write(`\n${textOf(census, kind, train.rows).join('\n')}\n`)
  if (plot === undefined) return
  const [{ drawShards }, { writePlotFile }] = await Promise.all([
    import('./plot-shards.ts'),
    import('@hearsay/experiments/plot'),
  ])
  await writePlotFile(
    plot,
    await drawShards(census, `${train.name}: ${kind}, ${formatCount(peers)} peers, seed ${seed}`),
  )
}

async function tellJson(census: ShardCensus, shards: string, seed: number, { stdout, signal }: CliIo): Promise<void> {
  const { classNames, sizes, counts } = census
  for (const [peer, rows] of sizes.entries()) {
    const classes = Object.fromEntries(classNames.map((name, label) => [name, counts[peer][label]]))
    writeJsonLine(stdout, { type: 'shard', peer: peer + 1, rows, classes })
    await drained(stdout, signal)
    if (signal.aborted) throw signal.reason
  }
  writeJsonLine(stdout, {
    ...{ type: 'shards', shards, seed, peers: sizes.length, rowsPerPeer: sizeSpread(census) },
    ...{ classesPerPeer: classSpread(census), classDistance: classDistance(census) },
  })
}

function textOf(census: ShardCensus, kind: string, rows: number): string[] {
  const { classNames, sizes, counts } = census
  const most = sizes.reduce((a, b) => Math.max(a, b))
  const width = String(sizes.length).length
  const lines = sizes.slice(0, LINES_MAX).map((size, peer) => {
    const bar = '█'.repeat(Math.max(1, Math.round((size / most) * BAR_WIDTH))).padEnd(BAR_WIDTH)
    const shares = Array.from(counts[peer], (count) => LEVELS[Math.ceil((count / size) * (LEVELS.length - 1))]).join('')
    return `peer ${String(peer + 1).padStart(width)}  ${formatCount(size).padStart(8)} ${bar} |${shares}|`
  })
  const hidden = sizes.length - lines.length
  const whole = `${formatCount(rows)} training rows among ${formatCount(sizes.length)} peers`
  return [
    `shards    ${kind}: ${whole}`,
    `          rows per peer ${spreadText(sizeSpread(census))}; classes per peer ${spreadText(classSpread(census))}`,
    `          distance of a peer’s classes from the whole’s: ${classDistance(census).toFixed(3)} of 1`,
    truncate(`          between bars, the shares of the classes ${classNames.join(', ')}`, 120),
    ...lines,
    ...(hidden > 0 ? [`and ${formatCount(hidden)} more`] : []),
  ]
}

function spreadText({ min, median, max }: Spread): string {
  return `${formatCount(min)} to ${formatCount(max)} (median ${formatCount(median)})`
}
