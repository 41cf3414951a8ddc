/**
 * Every error that Hearsay throws on purpose is one of four, by whose fault it is: the caller's, the configuration's,
 * a remote peer's, or the environment's. `code` is stable and meant for programs, `message` says what is wrong, where,
 * and what to do.
 */
export abstract class HearsayError extends Error {
  /** A stable identifier in upper snake case, such as `CSV_NOT_A_NUMBER`. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.name = new.target.name
  }
}

/** The caller broke a documented precondition of an API: a defect in the calling code. */
export class UsageError extends HearsayError {}

/** Something a person wrote is wrong: a flag, a file, a data set. */
export class ConfigurationError extends HearsayError {}

/** A remote peer sent something that it must not send. It never harms more than its own connection. */
export class RemoteError extends HearsayError {}

/** The machine or the network cannot do what is needed: a port in use, no memory, no such file. */
export class EnvironmentError extends HearsayError {}
