import type { CliIo } from './io.ts'

/** One run of one command. */
export interface Session extends CliIo {
  /** What the process exits with if the command throws nothing. */
  exitCode: number
}
