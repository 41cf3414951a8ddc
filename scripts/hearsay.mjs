// `npm run hearsay -- <command>`: the command line of this clone. Relative paths are taken from where npm was called.
import { prepare, run } from './lib/prepare.mjs'
import { runForeground } from './lib/process.mjs'
import { inRoot, root } from './lib/workspace.mjs'

await run(async () => {
  await prepare()
  const main = inRoot('packages', 'cli', 'dist', 'main.js')
  return runForeground([main, ...process.argv.slice(2)], { cwd: process.env.INIT_CWD ?? root })
})
