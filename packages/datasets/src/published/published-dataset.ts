import type { DatasetSource } from '../manifest.ts'
import type { ReadOptions } from '../read-dataset.ts'

/** What a file must be, and how that is known. */
export interface Checksum {
  readonly algorithm: 'sha256' | 'md5'
  /** In hexadecimal. */
  readonly value: string
  /**
   * `publisher`: the publisher's own word; `verified`: computed from a copy of the data that came another way;
   * `reported`: found in several unrelated code bases that download the file.
   */
  readonly from: 'publisher' | 'verified' | 'reported'
}

/** A file on the publisher's server. */
export interface PublishedDownload {
  /** Name that it is kept under; no path. */
  readonly file: string
  readonly url: string
  /** Without one, that of the first download is recorded, and later ones are compared with it. */
  readonly checksum?: Checksum
}

/** A file that was downloaded, or one in an archive that was. */
export interface PublishedFile {
  /** A {@link PublishedDownload.file}. */
  readonly download: string
  /** The end of its path in a zip archive, which may be inside another one. */
  readonly member?: string
  /** Of the file when it is extracted and decompressed. */
  readonly checksum?: Checksum
}

/** Rows to learn from, or to test on. */
export interface PublishedPart {
  readonly features: PublishedFile
  /** Where labels have a file of their own. */
  readonly labels?: PublishedFile
  readonly rows: number
}

/** A data set that is not part of Hearsay and can be downloaded from whoever publishes it. */
export interface PublishedDataset {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly source: Omit<DatasetSource, 'obtained'>
  readonly downloads: readonly PublishedDownload[]
  readonly read: Omit<ReadOptions, 'name' | 'like'>
  readonly train: PublishedPart
  readonly test: PublishedPart
  readonly features: number
  readonly classes: number
}
