import type { CellResult, Results } from '../../results/results.ts'
import { formatSi } from '../format.ts'
import { isOverNetwork } from '../network.ts'
import { type Html, html } from './html.ts'
import { type HtmlColumn, table } from './table.ts'

/** All that it takes to make the results again. */
export function repeatSection(results: Results): Html {
  const { manifest, cells } = results
  const { experiment, code, machine, command } = manifest
  const networked = isOverNetwork(results)
  const facts: [string, Html | string][] = [
    networked
      ? ['settings', 'those of the command, in full below']
      : [
          'experiment file',
          html`<code>${experiment.file.path}</code>${experiment.reduced ? ', in its reduced form' : ''}`,
        ],
    ['seeds', seedsText(manifest.cells.map(({ seed }) => seed))],
    ['hearsay', `${code.version}, digest of the code ${code.digest}`],
    ['commit', commitText(code)],
    ['machine', `${machine.cpu}, ${machine.cores} cores, ${formatSi(machine.memoryBytes, 'B')} of memory`],
    ['system', `${machine.platform}, Node ${machine.node.replace(/^v/, '')}`],
  ]
  return html`<p>
      ${networked ? NETWORK_NOTE : 'The same file, seeds and code give the same numbers, on any machine:'}
    </p>
    <pre tabindex="0"><code>${command}</code></pre>
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <details>
      <summary>${networked ? 'The settings' : 'The experiment file'}</summary>
      <pre tabindex="0"><code>${experiment.file.text}</code></pre>
    </details>
    <details>
      <summary>The ${cells.length} runs</summary>
      ${runTable(cells, networked)}
    </details>`
}

const NETWORK_NOTE =
  'A run over a network repeats in distribution only: a seed fixes data, shards and random choices, but not when messages ' +
  'arrive. This command runs it again, with numbers that differ somewhat:'

const HASH: HtmlColumn<CellResult> = {
  ...{ title: 'hash of all events', align: 'left' },
  cell: ({ result }) => html`<code>${result.traceHash}</code>`,
}

function runTable(cells: readonly CellResult[], networked: boolean): Html {
  return table<CellResult>(
    'Runs that this report is made of',
    [
      { title: 'cell', align: 'left', cell: ({ id }) => html`<code>${id}</code>` },
      { title: 'contestant', align: 'left', cell: ({ contestant }) => contestant },
      { title: 'levels', align: 'left', cell: ({ levels }) => levelsText(levels) },
      { title: 'seed', cell: ({ seed }) => String(seed) },
      ...(networked ? [] : [HASH]),
    ],
    cells,
  )
}

/** About a report on the reduced form of a file. */
export const REDUCED_NOTE =
  'peers, seeds and lengths of runs are smaller here than what the description says, and so may other settings be.'

/** What has not been run, and what the reduced form of the file does not ask. */
export function missingSection({ manifest }: Results, missing: Results['manifest']['cells']): Html {
  const { dropped = [] } = manifest.experiment
  const left =
    dropped.length === 0
      ? undefined
      : html`<p>The reduced form of the file leaves out:</p>
          <ul>
            ${dropped.map((one) => html`<li>${one}</li>`)}
          </ul>`
  const reduced = manifest.experiment.reduced
    ? html`<p>The full form of the experiment: ${REDUCED_NOTE}</p>`
    : undefined
  return html`${missingCellsHtml(missing, manifest.cells.length)}${reduced}${left}`
}

function missingCellsHtml(missing: Results['manifest']['cells'], all: number): Html {
  if (missing.length === 0) return html`<p>All ${all} cells of the grid have been run.</p>`
  return html`<p>
      Cells that have not been run: ${missing.length} of ${all}. Running the experiment again goes on with them.
    </p>
    <details>
      <summary>The cells</summary>
      ${table(
        'Cells that have not been run',
        [
          { title: 'contestant', align: 'left', cell: ({ contestant }) => contestant },
          { title: 'levels', align: 'left', cell: ({ levels }) => levelsText(levels) },
          { title: 'seed', cell: ({ seed }) => String(seed) },
          { title: 'cell', align: 'left', cell: ({ id }) => html`<code>${id}</code>` },
        ],
        missing,
      )}
    </details>`
}

function levelsText(levels: Readonly<Record<string, string>>): string {
  return Object.entries(levels)
    .map(([axis, level]) => `${axis}: ${level}`)
    .join(', ')
}

/** `1–5, 9`. */
export function seedsText(seeds: readonly number[]): string {
  const ascending = [...new Set(seeds)].sort((a, b) => a - b)
  const runs: [number, number][] = []
  for (const seed of ascending) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === seed - 1) last[1] = seed
    else runs.push([seed, seed])
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}–${last}`)).join(', ')
}

function commitText({ commit, dirty }: Results['manifest']['code']): Html | string {
  if (commit === undefined) return 'none: it did not run in a checkout'
  return html`<code>${commit}</code>${dirty === true ? ', with files that differ from it' : ''}`
}
