import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { selectRows, writeCsv } from '@hearsay/datasets'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inRoot, workspaceNode } from '../scripts/lib/workspace.mjs'

// What the README shows is what runs: its programs are taken from it as they stand there.

/** The programs of the README by the file name in their first line. */
const programs = new Map(
  [...readFileSync(inRoot('README.md'), 'utf8').matchAll(/```ts\n\/\/ (\S+)\n([^]*?)```/g)].map(([, name, text]) => [
    name,
    text,
  ]),
)
let folder = ''

/** Inside `test/`, so that packages resolve as they do for whoever depends on them. */
beforeAll(() => {
  folder = mkdtempSync(inRoot('test', '.readme-'))
  for (const [name, text] of programs) writeFileSync(path.join(folder, name), text)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function start(program: string, ...args: string[]) {
  const child = spawn(workspaceNode, [program, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line))
  const ended = once(child, 'close').then(([code]) => ({ code, errors, lines }))
  return { child, reader, lines, ended }
}

describe('the README', () => {
  test('keeps its programs short', () => {
    const lengths = [...programs].map(([name, text]) => [
      name,
      text.split('\n').filter((line) => line.trim() !== '').length,
    ])
    expect(Object.fromEntries(lengths)).toEqual({
      'my-peer.ts': expect.any(Number),
      'averaging.ts': expect.any(Number),
      'both.ts': expect.any(Number),
    })
    expect(Object.fromEntries(lengths)['my-peer.ts']).toBeLessThanOrEqual(25)
  })

  test('shows two peers that learn from files of their own', async () => {
    const { train } = await loadBuiltinDataset('spambase')
    const half = selectRows(
      train,
      Int32Array.from({ length: 1000 }, (_, i) => (4 * i) % train.rows),
    )
    writeFileSync(path.join(folder, 'mails.csv'), writeCsv(half, 'spam'))
    const first = start('my-peer.ts')
    const [joinAt] = await once(first.reader, 'line')
    const second = start('my-peer.ts', String(joinAt).replace('join at ', ''))
    for (const { code, errors, lines } of await Promise.all([first.ended, second.ended])) {
      expect({ code, errors }).toEqual({ code: 0, errors: '' })
      expect(lines.at(-1)).toMatch(/^the first mail: (spam|nonspam)$/)
      const [, error, received] = lines.at(-2)?.match(/error ([\d.]+), (\d+) models received/) ?? []
      expect(Number(error)).toBeLessThan(0.2)
      expect(Number(received)).toBeGreaterThan(3)
    }
  })

  test('shows a protocol that runs in the simulator and over libp2p', async () => {
    const { code, errors, lines } = await start('both.ts').ended
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    const [low, high] = lines[0].match(/[\d.]+/g)?.map(Number) ?? []
    expect(low).toBeGreaterThan(499)
    expect(high).toBeLessThan(500)
    for (const estimate of lines[1].match(/[\d.]+/g)?.slice(1) ?? []) expect(Number(estimate)).toBeCloseTo(3.5, 0)
  })
})
