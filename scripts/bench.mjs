// Runs the benchmarks; arguments choose some by name.
import { prepare, run } from './lib/prepare.mjs'
import { runForeground } from './lib/process.mjs'
import { inRoot } from './lib/workspace.mjs'

await run(async () => {
  await prepare()
  return runForeground([inRoot('bench', 'dist', 'main.js'), ...process.argv.slice(2)])
})
