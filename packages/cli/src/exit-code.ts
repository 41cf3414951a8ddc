import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import { Interruption } from './interruption.ts'

/** What the process says when it ends; 2, 3 and 70 come with one line on stderr. */
export const ExitCode = {
  done: 0,
  /** What was looked for was found: a difference between two traces, an invariant that does not hold. */
  different: 1,
  /** A flag, a file or a data set is wrong. */
  configuration: 2,
  /** The machine or the network cannot do what is needed. */
  environment: 3,
  /** A defect of Hearsay (EX_SOFTWARE of sysexits.h). */
  defect: 70,
  /** Ended early by Ctrl-C (128 + SIGINT). */
  interrupted: 130,
  /** Ended early by SIGTERM (128 + SIGTERM). */
  terminated: 143,
} as const

/** The exit code that belongs to an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interruption) return error.exitCode
  if (error instanceof ConfigurationError) return ExitCode.configuration
  if (error instanceof EnvironmentError) return ExitCode.environment
  return ExitCode.defect
}

/** For `hearsay --help`. */
export const EXIT_CODES_HELP = `Exit codes:
  0    done, or the reader of stdout had enough
  1    found what was looked for: a difference (trace diff), a violation (simulate --explore)
  2    a flag, a file or a data set is wrong
  3    the machine or the network cannot do what is needed
  70   a defect of hearsay: please report it, with --debug
  130  interrupted by Ctrl-C, with the results so far (143: by SIGTERM)`
