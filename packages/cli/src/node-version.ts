/** The oldest Node that has all that is used. */
const NODE_MAJOR_MIN = 22

/**
 * What is wrong with the Node that runs this, if anything. It needs nothing that an old one lacks.
 *
 * @param version - Such as `24.1.0`.
 */
export function nodeProblem(version: string): string | undefined {
  if (Number.parseInt(version, 10) >= NODE_MAJOR_MIN) return undefined
  return `this is Node ${version}: hearsay needs Node ${NODE_MAJOR_MIN} or later; in a clone, npm run hearsay brings its own`
}
