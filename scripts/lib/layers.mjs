/** The folders of `packages/` in the order of imports: each may import those before it, and none after it. */
export const layers = [
  'core',
  'kernels',
  'analysis',
  'learning',
  'tfjs',
  'protocols',
  'federated',
  'datasets',
  'simulator',
  'peer',
  'experiments',
  'cli',
]

/** What the private package of test helpers may import. Only tests may import it. */
const testkitImports = ['core', 'kernels', 'learning', 'protocols']

/** Code that must be deterministic and run in a browser: no clock, no entropy, no I/O. */
export const pureLayers = ['core', 'kernels', 'analysis', 'learning', 'protocols', 'federated', 'simulator']

/**
 * @param {string} folder - A name below `packages/`.
 * @returns {string} The name that others import it by.
 */
export const packageName = (folder) => (folder === 'cli' ? 'hearsay' : `@hearsay/${folder}`)

/**
 * @param {string} folder - A name below `packages/`.
 * @returns {string[]} The folders that its sources may import.
 */
export function allowedImports(folder) {
  return folder === 'testkit' ? testkitImports : layers.slice(0, Math.max(0, layers.indexOf(folder)))
}
