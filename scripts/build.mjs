// Builds what is out of date.
import { prepare, run } from './lib/prepare.mjs'

await run(async () => {
  await prepare()
  return 0
})
