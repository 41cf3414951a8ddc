import { type Command, CommanderError } from 'commander'
import { ExitCode, exitCodeOf } from './exit-code.ts'
import { Interruption } from './interruption.ts'
import type { CliIo, OutputStream } from './io.ts'
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
  let failure: { readonly error: unknown } | undefined
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    const isDone = error instanceof CommanderError && error.exitCode === 0
    if (!isDone) failure = { error }
  }
  await flushed(io.stdout)
  const lost: unknown = pipe.signal.reason
  if (exitCodeOf(lost) === ExitCode.environment) return report(lost, program, argv, io)
  if (failure === undefined) return session.exitCode
  return pipe.signal.aborted ? exitCodeOf(lost) : report(failure.error, program, argv, io)
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

/** A reader that closes its end, such as `head`, has had enough: the command ends, quietly. A full disk is an error. */
function watchPipe(io: CliIo): AbortController {
  const pipe = new AbortController()
  io.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    const isEnough = code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED'
    const why = code === 'ENOSPC' ? 'the disk is full' : message
    const [text, exitCode] = isEnough
      ? [message, ExitCode.done]
      : [`the output could not be written to stdout: ${why}`, ExitCode.environment]
    pipe.abort(new Interruption(text, exitCode))
  })
  io.stderr.on('error', () => {})
  return pipe
}

/** Waits until all that was written has arrived or failed, and a failure has been told. */
async function flushed(stream: OutputStream): Promise<void> {
  if ((stream.writableLength ?? 0) > 0) await new Promise<void>((resolve) => stream.write('', () => resolve()))
  await new Promise<void>((resolve) => setImmediate(resolve))
}
