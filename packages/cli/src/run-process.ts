import process from 'node:process'
import { ExitCode } from './exit-code.ts'
import { Interruption } from './interruption.ts'
import { run } from './run.ts'

/**
 * Runs the command line of this process. The first signal asks the command to end with its results so far; the second one
 * ends the process.
 *
 * @returns The exit code.
 */
export async function runProcess(): Promise<number> {
  const interrupt = new AbortController()
  const onSignal = (name: NodeJS.Signals, exitCode: number): void => {
    process.on(name, () => {
      if (interrupt.signal.aborted) process.exit(exitCode)
      interrupt.abort(new Interruption(`interrupted by ${name}`, exitCode))
    })
  }
  onSignal('SIGINT', ExitCode.interrupted)
  onSignal('SIGTERM', ExitCode.terminated)
  return await run(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: interrupt.signal,
    now: () => performance.now(),
  })
}
