const STILL_RUNNING_MS = 15_000

/** Standard output belongs to the command that follows: everything said here goes to standard error.
 *
 * @param {string} line
 */
export const say = (line) => void process.stderr.write(`hearsay: ${line}\n`)

/** Something that the reader can mend; shown without a stack trace. */
export class Failure extends Error {}

/**
 * Runs `task` and says how long it took; a long one reports in between, so that nobody thinks it hangs.
 *
 * @template T
 * @param {string} name - In the form "installing dependencies".
 * @param {() => Promise<T>} task
 * @returns {Promise<T>}
 */
export async function timed(name, task) {
  const startedAt = Date.now()
  const elapsed = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`
  say(`${name} …`)
  const reminder = setInterval(() => say(`${name}: ${elapsed()} so far`), STILL_RUNNING_MS)
  try {
    const result = await task()
    say(`${name}: done in ${elapsed()}`)
    return result
  } finally {
    clearInterval(reminder)
  }
}
