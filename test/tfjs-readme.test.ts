import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inRoot, workspaceNode } from '../scripts/lib/workspace.mjs'

// What the README of @hearsay/tfjs shows of swarms is what runs: from `npm install` to a swarm, in the files that it names.

const text = readFileSync(inRoot('packages/tfjs/README.md'), 'utf8')
const section = text.slice(text.indexOf('## In a swarm'), text.indexOf('## Exports'))
const programs = new Map([...section.matchAll(/```ts\n\/\/ (\S+)\n([^]*?)```/g)].map(([, name, code]) => [name, code]))
let folder = ''

/** Inside `test/`, so that packages resolve as they do for whoever depends on them. */
beforeAll(() => {
  folder = mkdtempSync(inRoot('test', '.readme-'))
  for (const [name, code] of programs) writeFileSync(path.join(folder, name), code)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a swarm that trains a model of one’s own takes 30 lines at most', () => {
  expect([...programs.keys()]).toEqual(['model.ts', 'swarm.ts'])
  const commands = [...section.matchAll(/```sh\n([^]*?)```/g)].map(([, lines]) => lines)
  const lines = [...commands, ...programs.values()].join('').split('\n')
  expect(lines.filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(30)
})

test('and learns', async () => {
  const { stdout, stderr } = await promisify(execFile)(workspaceNode, ['swarm.ts'], { cwd: folder })
  const [backend, ...lines] = stdout.trim().split('\n')
  expect(stderr).toBe('')
  expect(backend).toMatch(/^TensorFlow\.js computes with /)
  const [cycle, age, error] = lines.at(-2)!.split(' ').map(Number)
  expect(cycle).toBeGreaterThan(0)
  expect(age).toBeGreaterThan(385)
  expect(error).toBeLessThan(0.1)
  expect(lines.at(-1)).toMatch(/^the first digit is a \d$/)
})
