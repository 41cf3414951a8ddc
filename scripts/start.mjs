// The main job: prepares the clone where needed, then runs a swarm. Arguments go to `hearsay swarm`.
import { prepare, run } from './lib/prepare.mjs'
import { runForeground } from './lib/process.mjs'
import { inRoot } from './lib/workspace.mjs'

await run(async () => {
  await prepare()
  return runForeground([inRoot('packages', 'cli', 'dist', 'main.js'), 'swarm', ...process.argv.slice(2)])
})
