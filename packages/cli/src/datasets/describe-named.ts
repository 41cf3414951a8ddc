import { type DatasetDescription, describeDataset, type RawSplitDataset } from '@hearsay/datasets'
import { builtinDatasets, cachedManifest, loadDataset } from '@hearsay/datasets/node'

/** What is known of a data set with a name, beside its rows. */
export interface NamedFacts {
  readonly title: string
  readonly description?: string
  readonly trainingRows: number
  readonly testRows: number
  readonly splitRule: string
  readonly source?: {
    readonly citation: string
    readonly url: string
    readonly licence: string
    readonly licenceUrl: string
  }
  /** Of the CSV file of an included one. */
  readonly sha256?: string
  /** Files that a fetched or imported one was made of. */
  readonly files?: readonly { readonly name: string; readonly sha256: string }[]
  /** Where a fetched one came from, or that it is the user's own. */
  readonly origin: 'included' | 'fetched' | 'imported'
}

/** A data set that was read whole, so that its checksums and counts have been verified. */
export interface Named {
  readonly split: RawSplitDataset
  readonly description: DatasetDescription
  readonly facts: NamedFacts
}

/** Reads and describes a data set with a name. Throws what `loadDataset` throws. */
export async function describeNamed(name: string, options: { readonly cache?: string }): Promise<Named> {
  const split = await loadDataset(name, options)
  const [first, second] = [describeDataset(split.train), describeDataset(split.test)]
  const classes = first.classes.map((found, i) => ({ name: found.name, rows: found.rows + second.classes[i].rows }))
  const description = { ...first, rows: first.rows + second.rows, classes }
  const counts = { trainingRows: first.rows, testRows: second.rows }
  const manifest = (await builtinDatasets()).find((candidate) => candidate.name === name)
  if (manifest !== undefined) {
    const { title, description: about, source, sha256 } = manifest
    const facts = { title, description: about, ...counts, splitRule: manifest.split.rule, source, sha256 }
    return { split, description, facts: { ...facts, origin: 'included' } }
  }
  const { title, source, files, origin, split: splitRule } = await cachedManifest(name, options)
  const facts = { title, ...counts, splitRule, files, origin, ...(source === undefined ? {} : { source }) }
  return { split, description, facts }
}
