import type { DatasetManifest } from '@hearsay/datasets'
import { builtinDatasets } from '@hearsay/datasets/node'
import type { ListFlags } from '../commands/datasets.ts'
import type { CliIo } from '../io.ts'
import { formatCount } from '../output/format.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { type Column, formatTable } from '../output/table.ts'

const COLUMNS: readonly Column<DatasetManifest>[] = [
  { title: 'name', align: 'left', cell: ({ name }) => name },
  { title: 'rows', cell: ({ rows }) => formatCount(rows) },
  { title: 'training', cell: ({ split }) => formatCount(split.train) },
  { title: 'test', cell: ({ split }) => formatCount(split.test) },
  { title: 'features', cell: ({ features }) => formatCount(features) },
  { title: 'classes', cell: ({ classes }) => String(Object.keys(classes).length) },
  { title: 'licence', align: 'left', cell: ({ source }) => source.licence },
]

/** `hearsay datasets`. */
export async function listDatasets(flags: ListFlags, { stdout }: CliIo): Promise<void> {
  const manifests = await builtinDatasets()
  if (!flags.json) {
    stdout.write(`${formatTable(COLUMNS, manifests).join('\n')}\n`)
    return
  }
  for (const { name, title, rows, features, classes, split, source } of manifests) {
    writeJsonLine(stdout, {
      type: 'dataset',
      name,
      title,
      rows,
      trainingRows: split.train,
      testRows: split.test,
      features,
      classes,
      licence: source.licence,
    })
  }
}
