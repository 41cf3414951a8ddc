import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const shared = { testTimeout: 60_000, hookTimeout: 60_000, setupFiles: ['scripts/lib/vitest-setup.ts'] }

export default defineConfig({
  test: {
    passWithNoTests: false,
    maxWorkers: Math.min(4, availableParallelism()),
    globalSetup: ['scripts/lib/vitest-global-setup.ts'],
    projects: [
      {
        test: {
          ...shared,
          name: 'packages',
          include: ['packages/*/test/**/*.test.ts', 'bench/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Swarms and processes: one file at a time, after the rest, so that they have the machine to themselves.
        test: {
          ...shared,
          name: 'workspace',
          include: ['test/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
