import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import path from 'node:path'
import { inRoot, root, workspaceNode } from './workspace.mjs'

const ownGroup = process.platform !== 'win32'
const END_WITH_PARENT = new URL('end-with-parent.mjs', import.meta.url).href
const REPEAT_MS = 500
const WATCH_MS = 250
const GRACE_MS = 5_000

/** @param {NodeJS.Signals} signal */
const exitCodeOf = (signal) => 128 + constants.signals[signal]

/** The environment of everything that runs here: tools and the workspace's Node come first in the PATH. */
export function environment() {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  const folders = [inRoot('node_modules', '.bin'), path.dirname(workspaceNode), process.env[key] ?? '']
  return { ...process.env, [key]: folders.join(path.delimiter) }
}

/**
 * Does nothing where the child could not be started: Node would signal any other process instead.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function killGroup(child, signal) {
  if (child.pid === undefined) return
  try {
    if (ownGroup) process.kill(-child.pid, signal)
    else child.kill(signal)
  } catch {
    // The group has ended already.
  }
}

/**
 * Runs a tool without a terminal and keeps what it prints. When this process is interrupted, the tool and all that it
 * started end first.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, beforeExit?: () => void }} [options] - `beforeExit` runs after an interrupted tool
 *   has ended.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runCaptured(command, args, { env = environment(), beforeExit } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: ownGroup })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))

    /** @type {NodeJS.Signals | undefined} */
    let interrupted
    const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
      interrupted = signal
      killGroup(child, 'SIGTERM')
      setTimeout(() => killGroup(child, 'SIGKILL'), GRACE_MS).unref()
    }
    const unsubscribe = onInterrupt(interrupt)
    child.on('error', (error) => {
      unsubscribe()
      reject(error)
    })
    child.on('close', (code, signal) => {
      unsubscribe()
      if (interrupted) {
        beforeExit?.()
        process.exit(exitCodeOf(interrupted))
      }
      resolve({ code: code ?? exitCodeOf(signal ?? 'SIGTERM'), output })
    })
  })
}

/**
 * Runs a script on the workspace's Node with this process's own standard streams. The script has a process group of its
 * own: a Ctrl-C arrives here from the terminal and again from npm, and reaches the script once. It ends with this process.
 *
 * @param {string[]} args - The script and its arguments.
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<number>} Its exit code; 128 + the signal's number when it was killed.
 */
export function runForeground(args, { cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...environment(), HEARSAY_PARENT: String(process.pid) }
    const preloaded = ['--import', END_WITH_PARENT, ...args]
    const child = spawn(workspaceNode, preloaded, { cwd, env, stdio: 'inherit', detached: ownGroup })
    const send = (/** @type {NodeJS.Signals} */ signal) => {
      if (child.pid !== undefined) child.kill(signal)
    }
    const unsubscribe = onInterrupt(send)
    const resize = () => send('SIGWINCH')
    if (ownGroup) process.on('SIGWINCH', resize)
    const end = () => {
      unsubscribe()
      process.off('SIGWINCH', resize)
    }
    child.on('error', (error) => {
      end()
      reject(error)
    })
    child.on('exit', (code, signal) => {
      end()
      resolve(code ?? exitCodeOf(signal ?? 'SIGTERM'))
    })
  })
}

/**
 * Calls `listener` for each request to end, with the repetitions within half a second left out. The end of npm's shell
 * is one, too: it does not hand on the SIGTERM that npm gives it.
 *
 * @param {(signal: NodeJS.Signals) => void} listener
 * @returns {() => void} Ends the subscription.
 */
function onInterrupt(listener) {
  let lastMs = -Infinity
  const once = (/** @type {NodeJS.Signals} */ signal) => {
    if (Date.now() - lastMs < REPEAT_MS) return
    lastMs = Date.now()
    listener(signal)
  }
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, once)

  const shell = process.ppid
  const watch = setInterval(() => {
    if (!process.env.npm_lifecycle_event || process.ppid === shell) return
    clearInterval(watch)
    once('SIGTERM')
  }, WATCH_MS)
  return () => {
    clearInterval(watch)
    for (const signal of signals) process.off(signal, once)
  }
}
