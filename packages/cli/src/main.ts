#!/usr/bin/env node
import process from 'node:process'
import { nodeProblem } from './node-version.ts'

const problem = nodeProblem(process.versions.node)
if (problem === undefined) {
  // All else is loaded only now: an older Node would fail in the midst of it.
  const { runProcess } = await import('./run-process.ts')
  process.exitCode = await runProcess()
} else {
  process.stderr.write(`hearsay: ${problem}\n`)
  // `ExitCode.environment`
  process.exitCode = 3
}
