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
 * Runs all steps at once, and every one to its end, so that one run shows all there is to mend.
 *
 * @returns {Promise<number>} The exit code: 0 when all passed.
 */
export async function check() {
  const env = { ...environment(), ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) }
  const passed = await Promise.all(
    steps.map(async ({ name, script, args }) => {
      const startedAt = Date.now()
      const { code, output } = await runCaptured(workspaceNode, [inRoot(...script.split('/')), ...args], { env })
      const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
      const complaints = code === 0 ? '' : `${output.trimEnd()}\n`
      process.stdout.write(`${complaints}${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n`)
      return code === 0
    }),
  )
  return passed.every(Boolean) ? 0 : 1
}
