import { defineConfig } from 'oxlint'
import { allowedImports, layers, packageName, pureLayers } from './scripts/lib/layers.mjs'

const pureSources = pureLayers.map((folder) => `packages/${folder}/src/**/*.ts`)

/** Everything that tells the time, draws entropy, or reaches outside; also as a property of `globalThis`. */
const impureGlobals = [
  'Date',
  'crypto',
  'fetch',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'requestAnimationFrame',
  'setImmediate',
  'setInterval',
  'setTimeout',
]

const impure = 'this code must be deterministic and free of I/O: take what you need from the context'

function restrictedGlobals(names: readonly string[]): ['error', object] {
  return ['error', { globals: names.map((name) => ({ name, message: impure })), checkGlobalObject: true }]
}

/** Imports point only downwards, and always by the name of a package. */
function restrictedImports(folder: string): ['error', object] {
  const allowed = allowedImports(folder)
  const forbidden = [...layers, 'testkit'].filter((other) => other !== folder && !allowed.includes(other))
  return [
    'error',
    {
      patterns: [
        {
          regex: `^(${forbidden.map(packageName).join('|')})(/|$)`,
          message: `packages/${folder} may import only ${allowed.map(packageName).join(', ') || 'itself'}`,
        },
        { regex: `^${packageName(folder)}(/|$)`, message: 'a package imports its own files by relative paths' },
        { regex: '^(\\.\\./)+[^.]+/(src|dist|test)/', message: 'import another package by its name' },
      ],
    },
  ]
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'vitest', 'promise'],
  categories: { correctness: 'error', perf: 'error' },
  ignorePatterns: ['**/dist/**', '**/generated/**', 'packages/kernels/assembly/**'],
  rules: {
    'eslint/eqeqeq': 'error',
    'eslint/max-lines': ['error', { max: 400 }],
    'eslint/no-var': 'error',
    'eslint/prefer-const': ['error', { ignoreReadBeforeAssign: true }],
    'eslint/no-await-in-loop': 'off',
    'eslint/no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'], location: 'anywhere' }],
    'oxc/no-map-spread': 'off',
    'unicorn/no-new-array': 'off',
    'unicorn/no-useless-spread': 'off',
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-default-export': 'error',
    'typescript/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'off',
    'vitest/expect-expect': ['error', { assertFunctionNames: ['expect*', 'fc.assert', 'assert*'] }],
    'vitest/no-conditional-expect': 'off',
    'vitest/no-focused-tests': 'error',
    'vitest/no-standalone-expect': 'off',
  },
  overrides: [
    ...[...layers, 'testkit'].map((folder) => ({
      files: [`packages/${folder}/src/**/*.ts`],
      rules: { 'eslint/no-restricted-imports': restrictedImports(folder) },
    })),
    {
      files: pureSources,
      rules: {
        'eslint/no-restricted-globals': restrictedGlobals(impureGlobals),
        'eslint/no-restricted-properties': ['error', { object: 'Math', property: 'random', message: impure }],
        'import/no-nodejs-modules': 'error',
      },
    },
    {
      // WebAssembly is in no library of types that these packages compile with.
      files: ['packages/kernels/src/wasm/web-assembly.ts'],
      rules: {
        'eslint/no-restricted-globals': restrictedGlobals(impureGlobals.filter((name) => name !== 'globalThis')),
      },
    },
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
})
