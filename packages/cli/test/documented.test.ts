import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../src/program.ts'
import { RecordingStream } from './harness.ts'

// What people copy out of the documentation is a command line that there is: names, flags, values within bounds.

const root = fileURLToPath(new URL('../../..', import.meta.url))
const pages = globSync(['*.md', 'docs/**/*.md', '{packages,experiments,datasets}/*/README.md'], { cwd: root })

/** Command lines in blocks of a page, without comments. */
function commandLines(page: string): string[] {
  const text = readFileSync(new URL(page, `file://${root}`), 'utf8').replaceAll('\\\n', ' ')
  return [...text.matchAll(/^ *(?:npx hearsay|npm run hearsay --|hearsay) (.*)$/gm)].map(([, line]) =>
    line.replace(/ +#.*/, '').trim(),
  )
}

function withoutActions(command: Command): Command {
  for (const child of command.commands) withoutActions(child)
  return command.action(() => {})
}

const documented = pages.flatMap((page) => commandLines(page).map((line) => ({ page, line })))

describe('the documentation', () => {
  it('is read', () => {
    expect(new Set(documented.map(({ page }) => page)).size).toBeGreaterThan(8)
  })

  it.each(documented)('$page: hearsay $line', async ({ line }) => {
    const [stdout, stderr] = [new RecordingStream(), new RecordingStream()]
    const { signal } = new AbortController()
    const program = createProgram({ stdout, stderr, signal, now: () => 0, words: [], exitCode: 0 })
    const parsing = withoutActions(program).parseAsync(line.split(/ +/), { from: 'user' })
    await expect(parsing).resolves.toBe(program)
  })
})
