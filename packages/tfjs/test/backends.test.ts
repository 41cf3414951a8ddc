import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { EnvironmentError } from '@hearsay/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type BackendName, BACKENDS, selectBackend } from '../src/index.ts'
import { backendsHere } from './support.ts'

const REGISTERED = { node: 'tensorflow', wasm: 'wasm', cpu: 'cpu' }
const here = await backendsHere()
const folders: string[] = []
afterEach(() => {
  vi.unstubAllEnvs()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

/** A folder in which a package calls itself tfjs-node. */
function pretend(program: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hearsay-tfjs-'))
  folders.push(folder)
  const target = path.join(folder, 'node_modules', '@tensorflow', 'tfjs-node')
  mkdirSync(target, { recursive: true })
  writeFileSync(path.join(target, 'index.js'), program)
  return folder
}

describe('selectBackend', () => {
  for (const { backend, absent } of here) {
    test(`makes TensorFlow.js compute on ${backend}, without a word`, async (context) => {
      if (absent !== undefined) context.skip(absent)
      const said = vi.spyOn(console, 'warn')
      const choice = await selectBackend(backend)
      expect(choice.backend).toBe(backend)
      expect(choice.why).toMatch(
        { node: /tfjs-node/, wasm: /WebAssembly SIMD on .* thread/, cpu: /plain JavaScript/ }[backend],
      )
      expect(tf.getBackend()).toBe(REGISTERED[backend])
      const product = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 1])).dataSync())
      expect([...product]).toEqual([3, 3])
      expect(said).not.toHaveBeenCalled()
      said.mockRestore()
    })
  }

  test('takes the best that there is, and says why no better one', async () => {
    const best = here.find(({ absent }) => absent === undefined)?.backend as BackendName
    const { backend, why } = await selectBackend('auto')
    expect(backend).toBe(best)
    expect(why.split('; ')).toHaveLength(1 + BACKENDS.indexOf(best))
    if (backend === 'wasm') expect(why).toContain('; tfjs-node ')
  })

  test('says why a backend that is wanted cannot be had', async (context) => {
    if (here[0].absent === undefined) context.skip('tfjs-node is here')
    await expect(selectBackend('node')).rejects.toThrow(EnvironmentError)
    await expect(selectBackend('node')).rejects.toThrow(
      "no TensorFlow.js backend 'node' here: tfjs-node is not installed",
    )
    vi.stubEnv('HEARSAY_TFJS_NODE', '/nothing/here')
    await expect(selectBackend('node')).rejects.toThrow('nor is it in /nothing/here, which HEARSAY_TFJS_NODE names')
    vi.stubEnv('HEARSAY_TFJS_NODE', pretend("throw new Error('its binding is not there\\nat all')"))
    await expect(selectBackend('node')).rejects.toThrow('tfjs-node does not load (its binding is not there)')
    vi.stubEnv('HEARSAY_TFJS_NODE', pretend("exports.version = { 'tfjs-core': '3.0.0' }"))
    await expect(selectBackend('node')).rejects.toThrow('tfjs-node is of version 3.0.0, and 4.22.0 is needed')
  })
})
