import {
  type Dataset,
  describeDataset,
  type FeatureArray,
  partition,
  selectRows,
  shardOptions,
  trainTestSplit,
  writeCsv,
} from '@hearsay/datasets'
import { builtinDatasets, loadDataset } from '@hearsay/datasets/node'
import type { SplitFlags } from './datasets-flags.ts'
import type { Interruption } from '../interruption.ts'
import type { CliIo } from '../io.ts'
import { formatCount } from '../output/format.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { type DataSource, readFileSource, setupSeed } from '@hearsay/experiments'
import { parseDataSource } from '../flags/data-source.ts'
import { type NamedText, writeFolder } from './write-folder.ts'

type AnyDataset = Dataset<FeatureArray>

/** Rows to deal out, rows held out, and the name of the label's column. */
interface Parts {
  readonly train: AnyDataset
  readonly test: AnyDataset | undefined
  readonly label: string
}

/** Names that {@link splitDataset} writes, now or in an earlier split. */
const OWN_NAMES = /^(peer-\d{3,}|test)\.csv$/

/** `hearsay datasets split`. */
export async function splitDataset(flags: SplitFlags, io: CliIo): Promise<void> {
  const source = parseDataSource(flags)
  const { train, test, label } = await loadParts(source, flags.seed)
  const shards = partition(train, flags.peers, { ...shardOptions(flags.shards), seed: setupSeed(flags.seed, 'shards') })
  const files = function* (): Generator<NamedText> {
    for (const [index, rows] of shards.entries()) {
      if (io.signal.aborted) throw io.signal.reason as Interruption
      yield { name: shardName(index, flags.peers), text: writeCsv(selectRows(train, rows), label) }
    }
    if (test !== undefined) yield { name: 'test.csv', text: writeCsv(test, label) }
  }
  await writeFolder(flags.out, files(), { force: flags.force ?? false, own: OWN_NAMES })
  if (flags.json) tellJson(train, shards, test, label, flags, io)
  else io.stdout.write(textOf(train, shards, test, label, flags))
}

async function loadParts(source: DataSource, seed: number): Promise<Parts> {
  if (source.kind === 'named') {
    const split = await loadDataset(source.name, source)
    const manifest = (await builtinDatasets()).find(({ name }) => name === source.name)
    return { ...split, label: labelName(split.train, manifest?.label ?? 'class') }
  }
  const whole = await readFileSource(source)
  // A column that was named by its index has a name that is not known here.
  const label = labelName(whole, /^\d+$/.test(source.label) ? 'class' : source.label)
  if (source.testFraction === undefined) return { train: whole, test: undefined, label }
  return { ...trainTestSplit(whole, source.testFraction, setupSeed(seed, 'split')), label }
}

/** A name that no feature has. */
function labelName({ featureNames }: AnyDataset, wanted: string): string {
  let name = wanted
  for (let suffix = 2; featureNames.includes(name); suffix++) name = `${wanted}_${suffix}`
  return name
}

function shardName(index: number, peers: number): string {
  const digits = Math.max(3, String(peers).length)
  return `peer-${String(index + 1).padStart(digits, '0')}.csv`
}

function tellJson(
  train: AnyDataset,
  shards: readonly Int32Array[],
  test: AnyDataset | undefined,
  label: string,
  { peers, out }: SplitFlags,
  { stdout }: CliIo,
): void {
  const classesOf = (dataset: AnyDataset): Record<string, number> =>
    Object.fromEntries(describeDataset(dataset).classes.map(({ name, rows }) => [name, rows]))
  for (const [index, rows] of shards.entries()) {
    const classes = classesOf(selectRows(train, rows))
    writeJsonLine(stdout, { type: 'shard', file: shardName(index, peers), rows: rows.length, classes })
  }
  if (test !== undefined) {
    writeJsonLine(stdout, { type: 'test', file: 'test.csv', rows: test.rows, classes: classesOf(test) })
  }
  const counts = { peers, trainingRows: train.rows, testRows: test?.rows ?? 0 }
  writeJsonLine(stdout, { type: 'summary', folder: out, label, ...counts })
}

function textOf(
  train: AnyDataset,
  shards: readonly Int32Array[],
  test: AnyDataset | undefined,
  label: string,
  { peers, out }: SplitFlags,
): string {
  const sizes = shards.map((rows) => rows.length)
  const range = `${formatCount(sizes.reduce((a, b) => Math.min(a, b)))} to ${formatCount(sizes.reduce((a, b) => Math.max(a, b)))}`
  const held = test === undefined ? 'no rows held out' : `${formatCount(test.rows)} rows held out in test.csv`
  const names = peers === 1 ? shardName(0, 1) : `${shardName(0, peers)} … ${shardName(peers - 1, peers)}`
  return (
    `${out}: ${names}, ${formatCount(train.rows)} rows of ${train.name} in all, ${range} each; ${held}; ` +
    `the class is in column ${JSON.stringify(label)}\n`
  )
}
