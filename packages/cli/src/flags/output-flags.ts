import type { Command } from 'commander'

/** How a command tells its results. */
export interface OutputFlags {
  readonly json?: boolean
  readonly debug?: boolean
}

/** @param json - What the lines are, for the help. */
export function addOutputFlags(command: Command, json = 'one JSON object per line on stdout, nothing else'): Command {
  return command
    .optionsGroup('Output:')
    .option('--json', json)
    .option('--debug', 'print the stack of an error')
    .helpOption('-h, --help', 'print help')
}
