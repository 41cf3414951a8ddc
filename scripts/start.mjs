// The main job: prepares the clone where needed, then runs a swarm by gossip and by federated learning. Arguments go to
// `hearsay swarm --compare`.
import { prepare, run } from './lib/prepare.mjs'
import { runForeground } from './lib/process.mjs'
import { inRoot } from './lib/workspace.mjs'

await run(async () => {
  await prepare()
  return runForeground([inRoot('packages', 'cli', 'dist', 'main.js'), 'swarm', '--compare', ...process.argv.slice(2)])
})
