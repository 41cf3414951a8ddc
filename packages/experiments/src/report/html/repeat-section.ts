import type { CellResult, Results } from '../../results/results.ts'
import { formatSi } from '../format.ts'
import { type Html, html } from './html.ts'
import { table } from './table.ts'

/** All that it takes to make the results again. */
export function repeatSection({ manifest, cells }: Results): Html {
  const { experiment, code, machine, command } = manifest
  const facts: [string, Html | string][] = [
    ['experiment file', html`<code>${experiment.file.path}</code>${experiment.reduced ? ', in its reduced form' : ''}`],
    ['seeds', seedsText(manifest.cells.map(({ seed }) => seed))],
    ['hearsay', `${code.version}, digest of the code ${code.digest}`],
    ['commit', commitText(code)],
    ['machine', `${machine.cpu}, ${machine.cores} cores, ${formatSi(machine.memoryBytes, 'B')} of memory`],
    ['system', `${machine.platform}, Node ${machine.node.replace(/^v/, '')}`],
  ]
  return html`<p>The same file, seeds and code give the same numbers, on any machine:</p>
    <pre tabindex="0"><code>${command}</code></pre>
    <dl>
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <details>
      <summary>The experiment file</summary>
      <pre tabindex="0"><code>${experiment.file.text}</code></pre>
    </details>
    <details>
      <summary>The ${cells.length} runs</summary>
      ${runTable(cells)}
    </details>`
}

function runTable(cells: readonly CellResult[]): Html {
  return table<CellResult>(
    'Runs that this report is made of',
    [
      { title: 'cell', align: 'left', cell: ({ id }) => html`<code>${id}</code>` },
      { title: 'contestant', align: 'left', cell: ({ contestant }) => contestant },
      { title: 'levels', align: 'left', cell: ({ levels }) => levelsText(levels) },
      { title: 'seed', cell: ({ seed }) => String(seed) },
      { title: 'hash of all events', align: 'left', cell: ({ result }) => html`<code>${result.traceHash}</code>` },
    ],
    cells,
  )
}

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
  return html`${missingCellsHtml(missing, manifest.cells.length)}${left}`
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
