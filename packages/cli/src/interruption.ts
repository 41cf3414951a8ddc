/** Why a command is asked to end early: the reason of {@link CliIo.signal}. */
export class Interruption extends Error {
  /** What the process exits with, if the command does end early. */
  readonly exitCode: number

  constructor(message: string, exitCode: number) {
    super(message)
    this.name = 'Interruption'
    this.exitCode = exitCode
  }
}
