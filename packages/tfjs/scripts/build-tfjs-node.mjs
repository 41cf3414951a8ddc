// Builds @tensorflow/tfjs-node from source, for machines where its install cannot download libtensorflow: the library and its
// headers come with the wheel of tensorflow-cpu from PyPI, those of Node with Node. Needs Linux on x86-64, npm, Python 3 with pip,
// and a C++17 compiler; some 200 MB are downloaded, and 1 GB is kept.
//
//   node build-tfjs-node.mjs [FOLDER]        default: .cache/tfjs-node
//   HEARSAY_TFJS_NODE=FOLDER node …          uses it: @hearsay/tfjs looks there
//
// CXX names the compiler, NODE_INCLUDE the folder with node_api.h where it is not beside this Node.

import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const TFJS_NODE = '4.22.0'
/** Its C API is a superset of that of 2.9, which tfjs-node 4.22 was made for; it is the first with Python 3.11 that has it all in one library. */
const TENSORFLOW = '2.15.1'
const PYTHON = '3.11'
/** The newest that the package knows; Node keeps them all. */
const NAPI = 8

const folder = resolve(process.argv[2] ?? join('.cache', 'tfjs-node'))
const target = join(folder, 'node_modules', '@tensorflow', 'tfjs-node')
const binding = join(target, 'lib', `napi-v${NAPI}`, 'tfjs_binding.node')
const libraries = join(target, 'deps', 'lib')
const wheels = join(folder, 'wheel')
const unpacked = join(folder, 'unpacked')

if (process.platform !== 'linux' || process.arch !== 'x64') {
  fail(`this builds on Linux on x86-64 only, not ${process.platform} on ${process.arch}`)
}
if (!existsSync(binding)) {
  installPackage()
  fetchTensorFlow()
  compile()
  for (const left of [wheels, unpacked]) rmSync(left, { recursive: true, force: true })
}
check()
console.log(`tfjs-node ${TFJS_NODE} on libtensorflow ${TENSORFLOW}: set HEARSAY_TFJS_NODE=${folder}`)

/** The JavaScript of the package, without its install script, which downloads. */
function installPackage() {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  run('installing @tensorflow/tfjs-node without its download', 'npm', [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefix',
    folder,
    `@tensorflow/tfjs-node@${TFJS_NODE}`,
  ])
}

function fetchTensorFlow() {
  const platforms = ['--platform', 'manylinux_2_17_x86_64', '--platform', 'manylinux2014_x86_64']
  const only = ['--no-deps', '--only-binary=:all:', '--python-version', PYTHON, ...platforms]
  run('downloading libtensorflow', 'python3', [
    '-m',
    'pip',
    'download',
    ...only,
    '--dest',
    wheels,
    `tensorflow-cpu==${TENSORFLOW}`,
  ])
  const [wheel] = globSync('*.whl', { cwd: wheels })
  const wanted = `(
    'tensorflow/include/tensorflow/', 'tensorflow/include/tsl/',
    'tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')`
  const program = `import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(${wanted})])`
  run('unpacking it', 'python3', ['-c', program, join(wheels, wheel), unpacked])
  mkdirSync(libraries, { recursive: true })
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    renameSync(join(unpacked, 'tensorflow', name), join(libraries, name))
  }
}

/** Two files: node-gyp would do no more, and would want what the install script leaves behind. */
function compile() {
  mkdirSync(dirname(binding), { recursive: true })
  run('compiling the binding', process.env.CXX ?? 'c++', [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${NAPI}`],
    ...['-I', nodeHeaders(), '-I', join(unpacked, 'tensorflow', 'include')],
    ...globSync('binding/*.cc', { cwd: target }).map((file) => join(target, file)),
    ...['-o', binding, '-L', libraries, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ])
}

function nodeHeaders() {
  const candidates = [
    process.env.NODE_INCLUDE,
    join(dirname(dirname(process.execPath)), 'include', 'node'),
    '/usr/include/node',
  ]
  const found = candidates.find((path) => path !== undefined && existsSync(join(path, 'node_api.h')))
  return found ?? fail(`no node_api.h beside ${process.execPath}: set NODE_INCLUDE to its folder`)
}

function check() {
  const program = `const util = require('node:util')
util.isNullOrUndefined ??= (value) => value === null || value === undefined
const tf = require('@tensorflow/tfjs-node')
const [sum] = tf.matMul(tf.ones([1, 64]), tf.ones([64, 1])).dataSync()
if (tf.getBackend() !== 'tensorflow' || sum !== 64) throw new Error('it computes ' + sum + ' on ' + tf.getBackend())`
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' }
  execFileSync(process.execPath, ['-e', program], { cwd: folder, env, stdio: 'inherit' })
}

function run(what, command, args) {
  console.log(`${what} …`)
  try {
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  } catch (error) {
    fail(`${command} has failed: ${error.message.split('\n')[0]}`)
  }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
