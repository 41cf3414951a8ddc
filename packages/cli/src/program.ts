import { Command, type Option } from 'commander'
import { addAggregateCommand } from './commands/aggregate.ts'
import { addAnalyseCommand } from './commands/analyse.ts'
import { addDatasetsCommand } from './commands/datasets.ts'
import { addExperimentCommand } from './commands/experiment.ts'
import { addPeerCommand } from './commands/peer.ts'
import { addReportCommand } from './commands/report.ts'
import { addSimulateCommand } from './commands/simulate.ts'
import { addTraceCommand } from './commands/trace.ts'
import { EXIT_CODES_HELP } from './exit-code.ts'
import { addSwarmCommand } from './commands/swarm.ts'
import type { Session } from './session.ts'
import { packageVersion } from './version.ts'

/** The whole command line. What a command needs to run is loaded when it runs. */
export function createProgram(session: Session): Command {
  const program = new Command('hearsay')
    .description('Gossip learning: peers train models on data of their own, and pass on models, never data.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', `\n${EXIT_CODES_HELP}`)
    .exitOverride()
    .configureHelp({ optionDescription, subcommandTerm })
    .configureOutput({
      writeOut: (text) => session.stdout.write(text),
      writeErr: (text) => session.stderr.write(text),
      // Errors are told once, by `run`.
      outputError: () => {},
      getOutHelpWidth: () => session.stdout.columns ?? 100,
      getErrHelpWidth: () => session.stderr.columns ?? 100,
    })
  addSwarmCommand(program, session)
  addPeerCommand(program, session)
  addAggregateCommand(program, session)
  addSimulateCommand(program, session)
  addExperimentCommand(program, session)
  addReportCommand(program, session)
  addDatasetsCommand(program, session)
  addTraceCommand(program, session)
  addAnalyseCommand(program, session)
  return program
}

function subcommandTerm(command: Command): string {
  return `${command.name()} ${command.usage().replace('[options]', '').trim()}`.trim()
}

/** What it may be and what it is otherwise go into one pair of brackets, also where a default is told in words. */
function optionDescription({ description, argChoices, defaultValue, defaultValueDescription }: Option): string {
  const [, text = description, told] = /^([^]*) \((default: [^]*)\)$/.exec(description) ?? []
  const known = defaultValue === undefined ? told : `default: ${defaultValueDescription ?? String(defaultValue)}`
  const notes = [argChoices?.join(', '), known].filter((note) => note !== undefined)
  return notes.length === 0 ? text : `${text} (${notes.join('; ')})`
}
