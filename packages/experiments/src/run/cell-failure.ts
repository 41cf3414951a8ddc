import { ConfigurationError, EnvironmentError, HearsayError, RemoteError, UsageError } from '@hearsay/core'

/** An error on its way between threads, where classes are lost. */
export interface CellFailure {
  /** The class of the error, as in `@hearsay/core`; any other one is a defect. */
  readonly name: string
  /** Empty where it has none. */
  readonly code: string
  readonly message: string
  readonly stack?: string | undefined
}

/** Takes an error apart. */
export function failureOf(thrown: unknown): CellFailure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { name, message, stack } = error
  return { name, message, stack, code: error instanceof HearsayError ? error.code : '' }
}

/** Puts an error together again, of the same class. */
export function errorOf({ name, code, message, stack }: CellFailure): Error {
  const type = [ConfigurationError, EnvironmentError, RemoteError, UsageError].find((known) => known.name === name)
  const error = type === undefined ? new Error(message) : new type(code, message)
  if (stack !== undefined) error.stack = stack
  return error
}
