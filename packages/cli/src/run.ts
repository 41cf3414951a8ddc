import { type Command, CommanderError } from 'commander'
import { ExitCode, exitCodeOf } from './exit-code.ts'
import { Interruption } from './interruption.ts'
import type { CliIo } from './io.ts'
import { createProgram } from './program.ts'
import { usageMessage } from './usage-message.ts'

/**
 * Runs one command line.
 *
 * @param argv - The arguments, without the interpreter and the script.
 * @returns The exit code. It never throws: what goes wrong is told on stderr, in one line.
 */
export async function run(argv: readonly string[], io: CliIo): Promise<number> {
  const pipe = watchPipe(io)
  const signal = AbortSignal.any([io.signal, pipe.signal])
  const session = { ...io, words: argv, signal, exitCode: ExitCode.done as number }
  const program = createProgram(session)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return session.exitCode
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.done
    if (pipe.signal.aborted) return exitCodeOf(pipe.signal.reason)
    return report(error, program, argv, io)
  }
}

function report(error: unknown, program: Command, argv: readonly string[], io: CliIo): number {
  if (error instanceof CommanderError) {
    // Help that was not asked for has been written already: it is all there is to say.
    if (error.code !== 'commander.help') io.stderr.write(`hearsay: ${usageMessage(error.message, program, argv)}\n`)
    return ExitCode.configuration
  }
  const code = exitCodeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  const defect = code === ExitCode.defect ? 'unexpected error: ' : ''
  io.stderr.write(`hearsay: ${defect}${message.replaceAll(/\s*\n\s*/g, ' ')}\n`)
  if (argv.includes('--debug') && error instanceof Error) io.stderr.write(`${error.stack}\n`)
  return code
}

/** A reader that closes its end, such as `head`, has had enough: the command ends, quietly. */
function watchPipe(io: CliIo): AbortController {
  const pipe = new AbortController()
  io.stdout.on('error', (error: NodeJS.ErrnoException) => {
    const enough = error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
    pipe.abort(new Interruption(error.message, enough ? ExitCode.done : ExitCode.environment))
  })
  io.stderr.on('error', () => {})
  return pipe
}
