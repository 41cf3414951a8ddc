import { type Dataset, type DatasetDescription, describeDataset, type FeatureArray } from '@hearsay/datasets'
import type { ShowFlags } from './datasets-flags.ts'
import type { CliIo } from '../io.ts'
import { formatCount, formatPercent } from '../output/format.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { readFileSource } from '@hearsay/experiments'
import { parseDataSource } from '../flags/data-source.ts'
import { describeNamed, type NamedFacts } from './describe-named.ts'
import { checkShardFlags, showShards } from './show-shards.ts'

interface Shown {
  readonly description: DatasetDescription
  /** What is dealt out to peers. */
  readonly train: Dataset<FeatureArray>
  readonly facts?: NamedFacts
}

/** `hearsay datasets show`. */
export async function showDataset(flags: ShowFlags, io: CliIo): Promise<void> {
  const source = parseDataSource(flags)
  await checkShardFlags(flags)
  const shown = source.kind === 'file' ? await describeFile(source) : await named(source.name, flags)
  if (flags.json === true) writeJsonLine(io.stdout, jsonOf(shown))
  else io.stdout.write(`${textOf(shown).join('\n')}\n`)
  await showShards(shown.train, flags, io)
}

async function describeFile(source: Parameters<typeof readFileSource>[0]): Promise<Shown> {
  const train = await readFileSource(source)
  return { description: describeDataset(train), train }
}

async function named(name: string, flags: ShowFlags): Promise<Shown> {
  const { split, description, facts } = await describeNamed(name, flags)
  return { description, train: split.train, facts }
}

function jsonOf({ description, facts }: Shown): { readonly type: string } {
  const { name, rows, features, classes } = description
  const counts = Object.fromEntries(classes.map((found) => [found.name, found.rows]))
  const own = { type: 'dataset', name, rows, features, classes: counts }
  return facts === undefined ? own : Object.assign(own, facts, { checksumVerified: true })
}

function textOf({ description, facts }: Shown): string[] {
  const { name, rows, features, classes } = description
  const lines = [
    `name      ${name}`,
    `rows      ${formatCount(rows)}`,
    `features  ${formatCount(features)}`,
    ...classes.map(
      (c, i) =>
        `${i === 0 ? 'classes ' : '        '}  ${c.name}: ${formatCount(c.rows)} (${formatPercent(c.rows / rows)})`,
    ),
  ]
  if (facts === undefined) return lines
  const { title, description: about, source, trainingRows, testRows } = facts
  return [
    about === undefined ? title : `${title}: ${about}`,
    '',
    ...lines,
    `split     ${formatCount(trainingRows)} training rows, ${formatCount(testRows)} test rows, fixed`,
    ...(source === undefined ? [] : sourceLines(source)),
    ...checksumLines(facts),
  ]
}

function sourceLines({ citation, url, licence, licenceUrl }: NonNullable<NamedFacts['source']>): string[] {
  return [`source    ${citation}`, `          ${url}`, `licence   ${licence} (${licenceUrl})`]
}

function checksumLines({ sha256, files = [], origin }: NamedFacts): string[] {
  if (sha256 !== undefined) return [`checksum  verified: sha256 ${sha256}`]
  const made = files.map((file, i) => `${i === 0 ? origin.padEnd(8) : '        '}  ${file.name}: sha256 ${file.sha256}`)
  return [...made, 'checksum  of its copy in the cache verified']
}
