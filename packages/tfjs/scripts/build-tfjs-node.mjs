// Builds @tensorflow/tfjs-node from source, for machines where its install cannot download libtensorflow: the library and its
// headers come with the wheel of tensorflow-cpu from PyPI, those of Node with an npm package. Needs Linux on x86-64, npm, Python 3
// with pip, and a C++17 compiler (`c++`, or what CXX names); some 250 MB are downloaded, and 900 MB are kept.
//
//   node build-tfjs-node.mjs [FOLDER]        default: hearsay/tfjs-node-VERSIONS in $XDG_CACHE_HOME, or in ~/.cache
//   HEARSAY_TFJS_NODE=FOLDER node …          uses it: @hearsay/tfjs looks there
//
// Prints the folder on standard output, and all else on standard error. What is there already is not made again, and what an
// interrupted run has finished neither.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

const TFJS_NODE = '4.22.0'
/** Its C API is a superset of that of 2.9, which tfjs-node 4.22 was made for; it is the first with Python 3.11 that has it all in one library. */
const TENSORFLOW = '2.15.1'
const PYTHON = '3.11'
/** The newest that the package knows; Node keeps them all. */
const NAPI = 8
const NAPI_HEADERS = '1.9.0'
const VERSIONS = `${TFJS_NODE}-tensorflow-${TENSORFLOW}`

/** What none of these may take longer than on a slow network or machine. */
const MINUTES = { install: 10, download: 20, unpack: 3, compile: 10, check: 2 }
const TAIL_LINES = 12
/** Tells by its exit code whether what was built computes. */
const PROGRAM = `const util = require('node:util')
util.isNullOrUndefined ??= (value) => value === null || value === undefined
const tf = require('@tensorflow/tfjs-node')
const [sum] = tf.matMul(tf.ones([1, 64]), tf.ones([64, 1])).dataSync()
if (tf.getBackend() !== 'tensorflow' || sum !== 64) throw new Error('it computes ' + sum + ' on ' + tf.getBackend())`

const folder = resolve(process.argv[2] ?? join(cacheFolder(), `tfjs-node-${VERSIONS}`))
const modules = join(folder, 'node_modules')
const target = join(modules, '@tensorflow', 'tfjs-node')
const binding = join(target, 'lib', `napi-v${NAPI}`, 'tfjs_binding.node')
const libraries = join(target, 'deps', 'lib')
const wheels = join(folder, 'wheel')
const unpacked = join(folder, 'unpacked')
/** What is under way: nothing in it is of use to a later run. */
const partial = join(folder, 'partial')
/** Names the versions that lie in the folder, once all is there and computes. */
const stamp = join(folder, 'built')
/** @type {Map<import('node:child_process').ChildProcess, string>} */
const underWay = new Map()

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => fail(`stopped by ${signal} ${soFar()}`))
if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail(`this builds on Linux on x86-64 only, not ${process.platform} on ${process.arch}`)
}
if (!isBuilt()) {
  remove(partial)
  mkdirSync(partial, { recursive: true })
  await Promise.all([installPackages(), fetchTensorFlow()])
  await compile()
  await check()
  writeFileSync(stamp, VERSIONS)
  for (const left of [wheels, unpacked, partial]) remove(left)
}
console.log(folder)

/** What is stamped and is of other versions, or does not compute, goes. Without a stamp, a run was interrupted: what it has finished stays. */
function isBuilt() {
  if (!existsSync(stamp)) return false
  const program = ['-e', PROGRAM]
  const computes = () =>
    spawnSync(process.execPath, program, { cwd: folder, timeout: MINUTES.check * 60_000 }).status === 0
  if (readFileSync(stamp, 'utf8') === VERSIONS && computes()) return true
  for (const old of [stamp, modules, unpacked, wheels]) remove(old)
  return false
}

function remove(what) {
  rmSync(what, { recursive: true, force: true })
}

function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME
  return join(base !== undefined && isAbsolute(base) ? base : join(homedir(), '.cache'), 'hearsay')
}

/** The JavaScript of the package, without its install script, which downloads. */
async function installPackages() {
  if (existsSync(modules)) return
  const place = join(partial, 'npm')
  mkdirSync(place)
  writeFileSync(join(place, 'package.json'), '{ "private": true }\n')
  // npm would try again for minutes, also where a certificate is refused.
  const brief = [
    '--prefer-offline',
    '--fetch-retries=1',
    '--fetch-retry-mintimeout=1000',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  const packages = [`@tensorflow/tfjs-node@${TFJS_NODE}`, `node-api-headers@${NAPI_HEADERS}`]
  const args = ['install', '--ignore-scripts', ...brief, '--prefix', place, ...packages]
  await run('installing @tensorflow/tfjs-node without its download', MINUTES.install, 'npm', args)
  // Half an install would look whole to npm.
  renameSync(join(place, 'node_modules'), modules)
}

async function fetchTensorFlow() {
  if (existsSync(unpacked)) return
  const platforms = ['--platform', 'manylinux_2_17_x86_64', '--platform', 'manylinux2014_x86_64']
  const only = ['--no-deps', '--only-binary=:all:', '--python-version', PYTHON, ...platforms, '--retries', '2']
  const args = ['-m', 'pip', 'download', '--quiet', ...only, '--dest', wheels, `tensorflow-cpu==${TENSORFLOW}`]
  await run(`downloading libtensorflow ${TENSORFLOW} (207 MB)`, MINUTES.download, 'python3', args)
  const wheel = readdirSync(wheels).find((name) => name.includes(`-${TENSORFLOW}-`))
  const program = `import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wanted = ('include/tensorflow/', 'include/tsl/', 'libtensorflow_cc.so.2', 'libtensorflow_framework.so.2')
wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(tuple('tensorflow/' + part for part in wanted))])`
  const place = join(partial, 'tensorflow')
  await run('unpacking it', MINUTES.unpack, 'python3', ['-c', program, join(wheels, wheel ?? ''), place])
  renameSync(place, unpacked)
}

/** Two files: node-gyp would do no more, and would want what the install script leaves behind. */
async function compile() {
  const parts = join(unpacked, 'tensorflow')
  for (const made of [join(binding, '..'), libraries]) mkdirSync(made, { recursive: true })
  const names = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']
  for (const name of names) if (existsSync(join(parts, name))) renameSync(join(parts, name), join(libraries, name))
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(target, 'binding', name))
  await run('compiling the binding', MINUTES.compile, process.env.CXX ?? 'c++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${NAPI}`],
    ...['-I', join(modules, 'node-api-headers', 'include'), '-I', join(parts, 'include')],
    ...[...sources, '-o', binding, '-L', libraries, ...names.map((name) => `-l:${name}`)],
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ])
}

async function check() {
  await run('multiplying two matrices with it', MINUTES.check, process.execPath, ['-e', PROGRAM])
}

/** Runs a command to its end, or until its time is up; a failure ends everything with what it printed last. */
function run(what, minutes, command, args) {
  const startedAt = Date.now()
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(0)} s`
  return new Promise((done) => {
    // pip, when it is stopped, leaves its temporary files behind.
    const env = { ...process.env, TMPDIR: partial }
    const options = { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: minutes * 60_000 }
    const child = spawn(command, args, options)
    // What did not start must not be signalled: Node would take any number for its process id.
    if (child.pid !== undefined) underWay.set(child, what)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    child.on('error', (error) => fail(`${what}: ${command} does not start (${error.message})`))
    child.on('close', (code, signal) => {
      underWay.delete(child)
      if (code === 0) {
        console.error(`${what}: done in ${seconds()}`)
        return done()
      }
      console.error(output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n'))
      const end = signal === null ? `code ${code}` : signal
      fail(`${what}: ${command} ended with ${end} after ${seconds()} (it has ${minutes} minutes)`)
    })
  })
}

function soFar() {
  return underWay.size === 0 ? '' : `while ${[...underWay.values()].join(', and ')}`
}

function fail(message) {
  console.error(`tfjs-node is not built: ${message.trimEnd()}`)
  for (const child of underWay.keys()) child.kill()
  process.exit(1)
}
