import { type DatasetDescription, type DatasetManifest, describeDataset } from '@hearsay/datasets'
import { builtinDatasets, loadBuiltinDataset } from '@hearsay/datasets/node'
import type { ShowFlags } from '../commands/datasets.ts'
import type { CliIo } from '../io.ts'
import { formatCount, formatPercent } from '../output/format.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { parseDataSource, readFileSource } from './data-source.ts'

type Shown = DatasetDescription & { readonly manifest?: DatasetManifest }

/** `hearsay datasets show`. */
export async function showDataset(flags: ShowFlags, { stdout }: CliIo): Promise<void> {
  const source = parseDataSource(flags)
  const shown: Shown =
    source.kind === 'file' ? describeDataset(await readFileSource(source)) : await describeBuiltin(source.name)
  if (flags.json) writeJsonLine(stdout, jsonOf(shown))
  else stdout.write(`${textOf(shown).join('\n')}\n`)
}

/** Reads the whole data set: that verifies its checksums and counts. */
async function describeBuiltin(name: string): Promise<Shown> {
  const { train, test } = await loadBuiltinDataset(name)
  const [first, second] = [describeDataset(train), describeDataset(test)]
  const manifest = (await builtinDatasets()).find((candidate) => candidate.name === name)
  const classes = first.classes.map(({ name: label, rows }, i) => ({
    name: label,
    rows: rows + second.classes[i].rows,
  }))
  return { ...first, rows: first.rows + second.rows, classes, ...(manifest === undefined ? {} : { manifest }) }
}

function jsonOf({ name, rows, features, classes, manifest }: Shown): { readonly type: string } {
  const own = {
    type: 'dataset',
    name,
    rows,
    features,
    classes: Object.fromEntries(classes.map((c) => [c.name, c.rows])),
  }
  if (manifest === undefined) return own
  const { title, description, source, sha256, split } = manifest
  return Object.assign(own, {
    title,
    description,
    trainingRows: split.train,
    testRows: split.test,
    splitRule: split.rule,
    source,
    sha256,
    checksumVerified: true,
  })
}

function textOf({ name, rows, features, classes, manifest }: Shown): string[] {
  const lines = [
    `name      ${name}`,
    `rows      ${formatCount(rows)}`,
    `features  ${formatCount(features)}`,
    ...classes.map(
      (c, i) =>
        `${i === 0 ? 'classes ' : '        '}  ${c.name}: ${formatCount(c.rows)} (${formatPercent(c.rows / rows)})`,
    ),
  ]
  if (manifest === undefined) return lines
  const { title, description, source, split, sha256 } = manifest
  return [
    `${title}: ${description}`,
    '',
    ...lines,
    `split     ${formatCount(split.train)} training rows, ${formatCount(split.test)} test rows, fixed`,
    `source    ${source.citation}`,
    `          ${source.url}`,
    `licence   ${source.licence} (${source.licenceUrl})`,
    `checksum  verified: sha256 ${sha256}`,
  ]
}
