// All that CI runs: the check, then every test. With arguments, only the tests that they choose (`npm test -- core`).
import { check } from './lib/check.mjs'
import { prepare, run } from './lib/prepare.mjs'
import { runForeground } from './lib/process.mjs'
import { inRoot } from './lib/workspace.mjs'

await run(async () => {
  const chosen = process.argv.slice(2)
  await prepare()
  if (chosen.length === 0 && (await check()) !== 0) return 1
  return runForeground([inRoot('node_modules', 'vitest', 'vitest.mjs'), 'run', ...chosen])
})
