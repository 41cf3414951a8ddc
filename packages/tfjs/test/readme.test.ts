import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { loadBuiltinDataset } from '@hearsay/datasets/node'
import { afterAll, describe, expect, test } from 'vitest'

const here = path.dirname(new URL(import.meta.url).pathname)
const text = readFileSync(path.join(here, '..', 'README.md'), 'utf8')
const programs = [...text.matchAll(/```ts\n([^]*?)```/g)]
/** Where packages resolve as they do for whoever depends on them. */
const folder = mkdtempSync(path.join(here, '.readme-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function outputOf(program: number): Promise<string[]> {
  const file = path.join(folder, `program-${program}.ts`)
  writeFileSync(file, programs[program][1])
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file])
  expect(stderr).toBe('')
  return stdout.trim().split('\n')
}

describe('the README', () => {
  test('shows peers that learn digits', async () => {
    const { train } = await loadBuiltinDataset('digits')
    expect(text).toContain(`sixteen peers that hold ${Math.floor(train.rows / 16)} handwritten digits each`)
    const [backend, ...cycles] = await outputOf(0)
    expect(backend).toMatch(/^TensorFlow\.js computes with /)
    const errors = cycles.map((line) => Number(line.match(/error ([\d.]+)/)?.[1]))
    expect(errors).toHaveLength(3)
    expect(errors[2]).toBeLessThan(0.1)
    expect(errors[2]).toBeLessThan(errors[0])
  })

  test('shows how training is deferred', async () => {
    expect(await outputOf(1)).toEqual([''])
  })
})
