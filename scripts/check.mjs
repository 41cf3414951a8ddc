// Types, lint with import direction, format, unused code and package exports: all that is checked without running tests.
import { check } from './lib/check.mjs'
import { prepare, run } from './lib/prepare.mjs'

await run(async () => {
  await prepare()
  return check()
})
