import { type DatasetManifest, PUBLISHED_DATASETS, type PublishedDataset } from '@hearsay/datasets'
import { builtinDatasets, cachedManifest, type CachedManifest, cachedNames } from '@hearsay/datasets/node'
import type { ListFlags } from './datasets-flags.ts'
import type { CliIo } from '../io.ts'
import { formatCount } from '../output/format.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { type Column, formatTable } from '../output/table.ts'

/** A data set as it is listed. */
interface Listed {
  readonly name: string
  readonly title: string
  readonly rows: number
  readonly trainingRows: number
  readonly testRows: number
  readonly features: number
  readonly classCount: number
  /** Rows of each class, of those that come with Hearsay. */
  readonly classes?: Readonly<Record<string, number>>
  readonly licence: string | undefined
  /** `to fetch` is not on this machine yet. */
  readonly state: 'included' | 'fetched' | 'imported' | 'to fetch'
}

const COLUMNS: readonly Column<Listed>[] = [
  { title: 'name', align: 'left', cell: ({ name }) => name },
  { title: 'rows', cell: ({ rows }) => formatCount(rows) },
  { title: 'training', cell: ({ trainingRows }) => formatCount(trainingRows) },
  { title: 'test', cell: ({ testRows }) => formatCount(testRows) },
  { title: 'features', cell: ({ features }) => formatCount(features) },
  { title: 'classes', cell: ({ classCount }) => formatCount(classCount) },
  { title: 'state', align: 'left', cell: ({ state }) => state },
  { title: 'licence', align: 'left', cell: ({ licence }) => licence ?? '' },
]

/** `hearsay datasets`. */
export async function listDatasets(flags: ListFlags, { stdout }: CliIo): Promise<void> {
  const included = (await builtinDatasets()).map(listIncluded)
  const names = await cachedNames(flags)
  const cached = await Promise.all(names.map(async (name) => listCached(await cachedManifest(name, flags))))
  const toFetch = PUBLISHED_DATASETS.filter(({ name }) => !names.includes(name)).map(listPublished)
  const all = [...included, ...cached, ...toFetch]
  if (flags.json === true) for (const listed of all) writeJsonLine(stdout, Object.assign({ type: 'dataset' }, listed))
  else stdout.write(`${formatTable(COLUMNS, all).join('\n')}\n`)
}

function listIncluded({ name, title, rows, features, classes, split, source }: DatasetManifest): Listed {
  return {
    ...{ name, title, rows, trainingRows: split.train, testRows: split.test, features },
    ...{ classCount: Object.keys(classes).length, classes, licence: source.licence, state: 'included' },
  }
}

function listCached({ name, title, origin, source, features, classes, train, test }: CachedManifest): Listed {
  return {
    ...{ name, title, rows: train.rows + test.rows, trainingRows: train.rows, testRows: test.rows },
    ...{ features: features.length, classCount: classes.length, licence: source?.licence, state: origin },
  }
}

function listPublished({ name, title, source, features, classes, train, test }: PublishedDataset): Listed {
  return {
    ...{ name, title, rows: train.rows + test.rows, trainingRows: train.rows, testRows: test.rows },
    ...{ features, classCount: classes, licence: source.licence, state: 'to fetch' },
  }
}
