import * as tf from '@tensorflow/tfjs-core'
import type { Attempt } from './backend-name.ts'

const PACKAGE = '@tensorflow/tfjs-node'

/** What is needed of Node here; absent in a browser. */
interface NodeProcess {
  readonly env: Record<string, string | undefined>
  cwd(): string
  getBuiltinModule?(name: string): unknown
}

interface NodeModule {
  createRequire(from: string | URL): ((name: string) => unknown) & { resolve(name: string): string }
}

interface TfjsNode {
  readonly version?: Readonly<Record<string, string>>
}

/**
 * Loads `@tensorflow/tfjs-node`, which registers the backend `tensorflow`: from the folder that the environment variable
 * `HEARSAY_TFJS_NODE` names, from where this package is installed, or from the working folder.
 */
export function loadTfjsNode(): Attempt {
  const { process } = globalThis as { readonly process?: NodeProcess }
  const module = process?.getBuiltinModule?.('node:module') as NodeModule | undefined
  if (process === undefined || module === undefined) return { isReady: false, says: 'tfjs-node needs Node' }
  if (tf.findBackendFactory('tensorflow') !== null) return { isReady: true, says: 'tfjs-node' }
  const found = findPackage(process, module)
  if (found === undefined) {
    const folder = process.env['HEARSAY_TFJS_NODE']
    const where = folder === undefined ? '' : `, nor is it in ${folder}, which HEARSAY_TFJS_NODE names`
    return { isReady: false, says: `tfjs-node is not installed${where}` }
  }
  shimUtil(process)
  // Without it libtensorflow reports to standard error which instructions it was compiled for.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  try {
    const { version } = found() as TfjsNode
    const core = version?.['tfjs-core']
    if (core === tf.version_core) return { isReady: true, says: 'tfjs-node' }
    return { isReady: false, says: `tfjs-node is of version ${core}, and ${tf.version_core} is needed` }
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
    return { isReady: false, says: `tfjs-node does not load (${reason.trim()})` }
  }
}

function findPackage(process: NodeProcess, module: NodeModule): (() => unknown) | undefined {
  const folder = process.env['HEARSAY_TFJS_NODE']
  const bases = [...(folder === undefined ? [] : [`${folder}/index.js`]), import.meta.url, `${process.cwd()}/index.js`]
  for (const base of bases) {
    try {
      const require = module.createRequire(base)
      const file = require.resolve(PACKAGE)
      return () => require(file)
    } catch {
      // Not here.
    }
  }
  return undefined
}

/** tfjs-node 4.22 calls a function of `util` that Node 23 has removed. */
function shimUtil(process: NodeProcess): void {
  const util = process.getBuiltinModule?.('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined
}
