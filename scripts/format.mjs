// Formats, and mends what the linter can mend by itself. Arguments choose files.
import { prepare, run } from './lib/prepare.mjs'
import { runForeground } from './lib/process.mjs'
import { inRoot } from './lib/workspace.mjs'

await run(async () => {
  await prepare({ build: false })
  const files = process.argv.slice(2)
  const lint = await runForeground([inRoot('node_modules', 'oxlint', 'bin', 'oxlint'), '--fix', '--quiet', ...files])
  const format = await runForeground([inRoot('node_modules', 'oxfmt', 'bin', 'oxfmt'), '--write', ...files])
  return lint || format
})
