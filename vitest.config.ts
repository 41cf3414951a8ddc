import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { pureLayers } from './scripts/lib/layers.mjs'

/** What a test may take on a machine that has others to serve: only one that hangs should end by it, and none has a shorter time. */
const TIMEOUT_MS = 600_000
const shared = {
  testTimeout: TIMEOUT_MS,
  hookTimeout: TIMEOUT_MS,
  setupFiles: ['scripts/lib/vitest-setup.ts', 'scripts/lib/vitest-without-tfjs-node.ts'],
  maxWorkers: Math.min(4, availableParallelism()),
}
const testsOf = (folder: string): string => `packages/${folder}/test/**/*.test.ts`
const pure = pureLayers.map(testsOf)
const hasTfjsNode = (process.env['HEARSAY_TFJS_NODE'] ?? '') !== ''
/** The tests of TensorFlow.js with libtensorflow at hand, where the environment says that it is. */
const onTfjsNode = {
  ...shared,
  name: 'tfjs-node',
  setupFiles: ['scripts/lib/vitest-setup.ts'],
  include: [testsOf('tfjs')],
  sequence: { groupOrder: 0 },
}

export default defineConfig({
  test: {
    passWithNoTests: false,
    globalSetup: ['scripts/lib/vitest-global-setup.ts'],
    projects: [
      {
        // Pure code has no state but in its objects: its modules are loaded once for all files, in a third less time.
        test: { ...shared, name: 'pure', include: pure, isolate: false, sequence: { groupOrder: 0 } },
      },
      {
        test: {
          ...shared,
          name: 'packages',
          include: [testsOf('*'), 'bench/**/*.test.ts'],
          exclude: [...pure, '**/node_modules/**'],
          sequence: { groupOrder: 0 },
        },
      },
      ...(hasTfjsNode ? [{ test: onTfjsNode }] : []),
      {
        test: {
          ...shared,
          name: 'experiments',
          include: ['test/experiments/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Swarms and processes: one file at a time, after the rest, so that they have the machine and its clock to themselves.
        test: {
          ...shared,
          name: 'workspace',
          include: ['test/*.test.ts'],
          maxWorkers: 1,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
