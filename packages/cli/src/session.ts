import type { CliIo } from './io.ts'

/** One run of one command. */
export interface Session extends CliIo {
  /** The command line, without the interpreter and the script. */
  readonly words: readonly string[]
  /** What the process exits with if the command throws nothing. */
  exitCode: number
}
