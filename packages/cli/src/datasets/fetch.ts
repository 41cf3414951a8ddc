import { ConfigurationError } from '@hearsay/core'
import { PUBLISHED_DATASETS, type PublishedDataset } from '@hearsay/datasets'
import {
  builtinDatasets,
  type CachedManifest,
  cacheFolder,
  fetchDataset,
  type FetchProgress,
} from '@hearsay/datasets/node'
import type { FetchFlags } from './datasets-flags.ts'
import type { CliIo, OutputStream } from '../io.ts'
import { formatBytes, formatCount, formatPercent } from '../output/format.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { LiveTable } from '../output/live-table.ts'

/** `hearsay datasets fetch`. */
export async function fetchNamed(name: string, flags: FetchFlags, io: CliIo): Promise<void> {
  const { stdout, stderr, signal, now } = io
  if ((await builtinDatasets()).some((builtin) => builtin.name === name)) {
    if (flags.json === true) writeJsonLine(stdout, { type: 'dataset', name, state: 'included' })
    else stdout.write(`${name} comes with hearsay: there is nothing to fetch\n`)
    return
  }
  const dataset = findPublished(name)
  const table = progressTable(stderr, now)
  const { cache, force: replace = false } = flags
  const mirror = flags.mirror?.replace(/\/+$/, '')
  try {
    const manifest = await fetchDataset(dataset, {
      ...{ signal, replace, onProgress: (progress) => table.update([progress]) },
      ...(cache === undefined ? {} : { cache }),
      ...(mirror === undefined ? {} : { mirror }),
    })
    table.remove()
    if (flags.json === true) writeJsonLine(stdout, jsonOf(manifest, flags))
    else stdout.write(textOf(dataset, flags))
  } catch (error) {
    table.finish()
    throw error
  }
}

function progressTable(stderr: OutputStream, now: () => number): LiveTable<FetchProgress> {
  return new LiveTable(stderr, {
    columns: [
      { title: 'file', align: 'left', cell: ({ file }) => file },
      { title: 'received', cell: progressText },
    ],
    titles: false,
    plain: ([progress]) => `${progress.file}: ${progressText(progress)}`,
    now,
  })
}

function jsonOf({ name, train, test, files }: CachedManifest, flags: FetchFlags): { readonly type: string } {
  const counts = { trainingRows: train.rows, testRows: test.rows }
  return Object.assign({ type: 'dataset', name, state: 'fetched' }, counts, { files, cache: cacheFolder(flags) })
}

function findPublished(name: string): PublishedDataset {
  const dataset = PUBLISHED_DATASETS.find((candidate) => candidate.name === name)
  if (dataset !== undefined) return dataset
  const known = PUBLISHED_DATASETS.map((candidate) => candidate.name).join(', ')
  const problem = `hearsay does not know where to get ${JSON.stringify(name)}, but these: ${known}`
  throw new ConfigurationError(
    'DATASET_UNKNOWN',
    `${problem}; a file of yours: hearsay datasets import FILE --name NAME`,
  )
}

function progressText({ received, total }: FetchProgress): string {
  if (total === undefined || total === 0) return formatBytes(received)
  return `${formatBytes(received)} of ${formatBytes(total)} (${formatPercent(received / total)})`
}

function textOf({ name, title, train, test, downloads, source }: PublishedDataset, flags: FetchFlags): string {
  const isKnown = downloads.every(({ checksum }) => checksum !== undefined) || train.features.checksum !== undefined
  const checked = isKnown ? 'checksums verified' : 'checksum recorded: later downloads are compared with this one'
  return (
    `${title}: ${formatCount(train.rows)} training rows, ${formatCount(test.rows)} test rows, in ${cacheFolder(flags)}; ${checked}\n` +
    `cite ${source.citation}\nlicence ${source.licence} (${source.licenceUrl})\nuse it with --dataset ${name}\n`
  )
}
