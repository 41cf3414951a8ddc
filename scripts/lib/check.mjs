import { environment, runCaptured } from './process.mjs'
import { inRoot, workspaceNode } from './workspace.mjs'

/** @type {{ name: string, script: string, args: string[] }[]} */
const steps = [
  { name: 'types', script: 'node_modules/typescript/bin/tsc', args: ['--project', 'tsconfig.test.json'] },
  { name: 'lint, import direction', script: 'node_modules/oxlint/bin/oxlint', args: [] },
  { name: 'format', script: 'node_modules/oxfmt/bin/oxfmt', args: ['--check'] },
  { name: 'unused code', script: 'node_modules/knip/bin/knip.js', args: ['--no-progress'] },
  { name: 'package exports', script: 'scripts/lib/check-exports.mjs', args: [] },
]

/**
 * Runs every step, also after one has failed, so that one run shows all there is to mend.
 *
 * @returns {Promise<number>} The exit code: 0 when all passed.
 */
export async function check() {
  let failures = 0
  const env = { ...environment(), ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) }
  for (const { name, script, args } of steps) {
    const startedAt = Date.now()
    const { code, output } = await runCaptured(workspaceNode, [inRoot(...script.split('/')), ...args], { env })
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
    if (code !== 0) {
      failures++
      process.stdout.write(`${output.trimEnd()}\n`)
    }
    process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n`)
  }
  return failures === 0 ? 0 : 1
}
