import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { TrialSettings } from '../trial/trial-settings.ts'
import type { Measurement, PeerMeasurement, TrialResult } from '../trial/trial-result.ts'
import { CELL_ID, checked, newerFormat, parseJson } from './manifest-schema.ts'
import { syncFolder, withPartial, writeThrough } from './partial.ts'
import { PEER_COLUMNS, SERIES_COLUMNS } from './result-columns.ts'
import { corrupt, notWritten } from './storage-errors.ts'
import { type Columns, decodeTable, encodeTable, type Row } from './table.ts'

/** `cell.json`: what a cell's tables do not say, and how to know that they are whole. */
interface CellFacts {
  readonly format: 1
  readonly id: string
  readonly metric: TrialResult['metric']
  readonly traceHash: string
  /** What was run; absent where it was no trial. */
  readonly trial?: unknown
  /** File → SHA-256. */
  readonly files: Readonly<Record<string, string>>
}

const FACTS = 'cell.json'
const SERIES = 'series.parquet'
const PEERS = 'peers.parquet'

/** Why a folder does not get its name: something else has it. */
const OCCUPIED: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'])

const facts: z.ZodType<CellFacts> = z.looseObject({
  format: z.literal(1),
  id: z.string(),
  metric: z.looseObject({ name: z.string(), label: z.string(), scale: z.enum(['linear', 'log']) }),
  traceHash: z.string(),
  trial: z.unknown().optional(),
  files: z.record(z.string(), z.string()),
})

/** A cell as it was stored. */
export interface StoredCell {
  readonly result: TrialResult
  /** The `kind` of the trial's method; absent where no trial was stored with it. */
  readonly method?: string | undefined
}

/** Of a trial, how it learns: by gossip, where it does not say. */
const trialMethod: z.ZodType<{ readonly scenario: { readonly method?: { readonly kind: string } | undefined } }> =
  z.looseObject({ scenario: z.looseObject({ method: z.looseObject({ kind: z.string() }).optional() }) })

/** The cells that lie in a folder, each in a folder of its own that is there as a whole or not at all. */
export class CellStore {
  /** `cells` in a folder of results. */
  readonly folder: string

  /** @param results - The folder of results. */
  constructor(results: string) {
    this.folder = join(results, 'cells')
  }

  async has(id: string): Promise<boolean> {
    return await access(join(this.folder, id, FACTS)).then(
      () => true,
      () => false,
    )
  }

  /** All that are there. */
  async ids(): Promise<ReadonlySet<string>> {
    const names = (await readdir(this.folder).catch(() => [])).filter((name) => CELL_ID.test(name))
    const present = await Promise.all(names.map((name) => this.has(name)))
    return new Set(names.filter((_, index) => present[index]))
  }

  /**
   * Stores a cell, unless it is there already: then the first one stays. A folder of its name that is no whole cell, such as
   * a copy that was interrupted, is replaced.
   *
   * @throws {@link EnvironmentError} `RESULTS_NOT_WRITTEN`; {@link UsageError} `RESULT_VALUE`.
   */
  async write(id: string, result: TrialResult, trial?: TrialSettings): Promise<void> {
    const files = cellFiles(id, result, trial)
    const target = join(this.folder, id)
    try {
      await mkdir(this.folder, { recursive: true })
      await withPartial(this.folder, async (partial) => {
        await mkdir(partial)
        for (const [name, content] of files) await writeThrough(join(partial, name), content)
        await syncFolder(partial)
        await this.#place(partial, id)
      })
      await syncFolder(this.folder)
    } catch (cause) {
      throw notWritten(target, cause)
    }
  }

  async #place(complete: string, id: string): Promise<void> {
    const target = join(this.folder, id)
    try {
      await rename(complete, target)
    } catch (error) {
      if (await this.has(id)) return
      if (!OCCUPIED.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      await withPartial(this.folder, async (aside) => {
        await rename(target, aside)
        await rename(complete, target)
      })
    }
  }

  /**
   * Reads a cell.
   *
   * @throws {@link EnvironmentError} `RESULTS_CORRUPT`; {@link ConfigurationError} `RESULTS_FORMAT`.
   */
  async read(id: string): Promise<StoredCell> {
    const { metric, traceHash, files, trial } = await this.#facts(id)
    const series = (await this.#table(id, SERIES, SERIES_COLUMNS, files)) as unknown as readonly Measurement[]
    const peers = (await this.#table(id, PEERS, PEER_COLUMNS, files)) as unknown as readonly PeerMeasurement[]
    if (series.length === 0) throw corrupt(join(this.folder, id, SERIES), 'holds no measurement')
    if (!peers.every(({ role }) => role === 'peer' || role === 'server')) {
      throw corrupt(join(this.folder, id, PEERS), 'has a role that there is not')
    }
    const { data } = trialMethod.safeParse(trial)
    const method = data === undefined ? {} : { method: data.scenario.method?.kind ?? 'gossip' }
    return { result: { metric, series, peers, traceHash }, ...method }
  }

  async #facts(id: string): Promise<CellFacts> {
    const path = join(this.folder, id, FACTS)
    const value = parseJson((await readWhole(path)).toString('utf8'), path)
    const { format } = (typeof value === 'object' && value !== null ? value : {}) as { format?: unknown }
    if (typeof format === 'number' && format > 1) throw newerFormat(path, format)
    const read = checked(facts, value, path)
    if (read.id !== id) throw corrupt(path, `belongs to the cell ${read.id}`)
    return read
  }

  async #table(id: string, name: string, columns: Columns, files: CellFacts['files']): Promise<readonly Row[]> {
    const path = join(this.folder, id, name)
    const bytes = await readWhole(path)
    if (sha256(bytes) !== files[name]) throw corrupt(path, 'is not what was written')
    return await decodeTable(columns, bytes, path)
  }
}

function cellFiles(id: string, result: TrialResult, trial: TrialSettings | undefined): [string, string | Uint8Array][] {
  const { metric, series, peers, traceHash } = result
  const tables: [string, Uint8Array][] = [
    [SERIES, encodeTable(SERIES_COLUMNS, series as unknown as readonly Row[])],
    [PEERS, encodeTable(PEER_COLUMNS, peers as unknown as readonly Row[])],
  ]
  const { name, label, scale } = metric
  const text: CellFacts = {
    ...{ format: 1, id, metric: { name, label, scale }, traceHash },
    ...(trial === undefined ? {} : { trial }),
    files: Object.fromEntries(tables.map(([file, bytes]) => [file, sha256(bytes)])),
  }
  return [...tables, [FACTS, `${JSON.stringify(text, undefined, 2)}\n`]]
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw corrupt(path, `cannot be read: ${(cause as Error).message}`, cause)
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
