// Writes schema/experiment.schema.json from the code that reads experiment files. A test compares the two.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { experimentSchema } from '@hearsay/experiments/file'

const schema = fileURLToPath(new URL('../schema/experiment.schema.json', import.meta.url))
const oxfmt = fileURLToPath(new URL('../../../node_modules/oxfmt/bin/oxfmt', import.meta.url))

writeFileSync(schema, `${JSON.stringify(experimentSchema(), null, 2)}\n`)
process.exitCode = spawnSync(process.execPath, [oxfmt, '--write', schema], { stdio: 'inherit' }).status ?? 1
