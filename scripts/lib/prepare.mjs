import { existsSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { withLock } from './lock.mjs'
import { Failure, say, timed } from './log.mjs'
import { runCaptured } from './process.mjs'
import { buildDigest, installDigest, isStamped, removeStamp, writeStamp } from './stamp.mjs'
import { inRoot, packageFolders, pnpmVersion, workspaceNode } from './workspace.mjs'

const NODE_MAJOR_MIN = 18
const NETWORK_TROUBLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_PNPM_META_FETCH_FAIL/
const OUTDATED_LOCK = /ERR_PNPM_(OUTDATED_LOCKFILE|LOCKFILE_CONFIG_MISMATCH)/

/**
 * Installs and builds what is missing or out of date, so that any script works in a fresh clone; does nothing, and needs
 * no network, where all is up to date. Says what it does on standard error.
 *
 * @param {{ build?: boolean }} [options] - `build: false` installs only.
 */
export async function prepare({ build = true } = {}) {
  const major = Number(process.versions.node.split('.')[0])
  if (major < NODE_MAJOR_MIN) {
    throw new Failure(`Node ${process.versions.node} is too old: Node ${NODE_MAJOR_MIN} or newer is needed to install.`)
  }
  if (isInstalled() && (!build || isBuilt())) return
  await withLock(inRoot('.cache', 'prepare.lock'), async () => {
    if (!isInstalled()) await timed('installing dependencies', install)
    if (build && !isBuilt()) await timed('building', buildAll)
  })
}

/**
 * Runs a script's `main` and ends the process with its exit code; a {@link Failure} is shown as a message.
 *
 * @param {() => Promise<number>} main
 */
export async function run(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    say(error.message)
    process.exitCode = 1
  }
}

function isInstalled() {
  return existsSync(workspaceNode) && isStamped('install', installDigest())
}

function isBuilt() {
  const built = packageFolders().every((folder) => {
    return !existsSync(inRoot(folder, 'src', 'index.ts')) || existsSync(inRoot(folder, 'dist', 'index.js'))
  })
  return built && isStamped('build', buildDigest())
}

async function install() {
  const digest = installDigest()
  removeStamp('install')
  removeBinary()
  await installOnce()
  if (!(await isNodeRunnable())) {
    // What an interrupted install left behind can look complete to pnpm.
    rmSync(inRoot('node_modules'), { recursive: true, force: true })
    await installOnce()
    if (!(await isNodeRunnable())) {
      throw new Failure(
        `The installed Node, ${workspaceNode}, does not run here. Is this platform supported by Node 24?`,
      )
    }
  }
  writeStamp('install', digest)
}

async function installOnce() {
  const [command, ...args] = pnpmCommand()
  const log = ['--reporter=append-only', '--loglevel=info']
  const { code, output } = await runCaptured(command, [...args, 'install', '--frozen-lockfile', ...log], {
    env: process.env,
    beforeExit: removeBinary,
  })
  if (code === 0) return linkBinary()
  removeBinary()
  process.stderr.write(output)
  throw new Failure(`The install failed (exit code ${code}); its output stands above.\n${installAdvice(output)}`)
}

/** npm puts `node_modules/.bin` first in the PATH: half an install must not leave a `node` there that does not run. */
function removeBinary() {
  for (const name of ['node', 'node.CMD', 'node.ps1']) rmSync(inRoot('node_modules', '.bin', name), { force: true })
}

/** pnpm leaves what it takes for up to date alone, and with it the gap that `removeBinary` left. */
function linkBinary() {
  const link = inRoot('node_modules', '.bin', 'node')
  if (process.platform === 'win32' || existsSync(link) || !existsSync(workspaceNode)) return
  rmSync(link, { force: true })
  symlinkSync(path.relative(path.dirname(link), workspaceNode), link)
}

/** npm's own script where npm runs this, so that no shell is needed to find it. */
function pnpmCommand() {
  const npm = process.env.npm_execpath ?? ''
  const pinned = [
    '--yes',
    '--loglevel=error',
    '--prefer-offline',
    '--fetch-retries=1',
    `--package=pnpm@${pnpmVersion}`,
    '--',
    'pnpm',
  ]
  return path.basename(npm) === 'npm-cli.js' ? [process.execPath, npm, 'exec', ...pinned] : ['npx', ...pinned]
}

/** @param {string} output */
function installAdvice(output) {
  if (NETWORK_TROUBLE.test(output)) {
    return [
      'The npm registry cannot be reached: the first run needs a network. Check the connection, the proxy (HTTPS_PROXY)',
      'and `npm config get registry`, then run the same command again: it goes on where it stopped.',
    ].join('\n')
  }
  if (OUTDATED_LOCK.test(output)) {
    return `A package.json was edited: run \`npx pnpm@${pnpmVersion} install\` to bring pnpm-lock.yaml up to date.`
  }
  return 'Once the cause is mended, run the same command again: it goes on where it stopped.'
}

async function isNodeRunnable() {
  if (!existsSync(workspaceNode)) return false
  return (await runCaptured(workspaceNode, ['--version'])).code === 0
}

async function buildAll() {
  const digest = buildDigest()
  removeStamp('build')
  const wasm = inRoot('packages', 'kernels', 'scripts', 'build-wasm.mjs')
  if (existsSync(wasm)) await buildStep('The WebAssembly kernels', [wasm])
  await buildStep('The TypeScript sources', [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '--build'])
  writeStamp('build', digest)
}

/**
 * @param {string} subject
 * @param {string[]} args
 */
async function buildStep(subject, args) {
  const { code, output } = await runCaptured(workspaceNode, args)
  if (code === 0) return
  process.stderr.write(output)
  throw new Failure(`${subject} did not build; the errors stand above.`)
}
