import { ConfigurationError } from '@hearsay/core'
import type { RunSettings } from '@hearsay/peer'
import { type Command, Option } from 'commander'
import { choiceFlag } from '../../flags/choice-flag.ts'
import { methodNameOf } from '../../peer/method-flags.ts'
import { RUN_FLAG_NAMES, type RunDefaults, type RunFlags, runSettingsOf } from '../../peer/run-flags.ts'
import type { MlpTask } from './mlp-task.ts'

/** What computes; as `BACKENDS` of `@hearsay/tfjs`, which is loaded when it is needed. */
const BACKEND_NAMES = ['auto', 'node', 'wasm', 'cpu'] as const
const HIDDEN_DEFAULT = [32]
const UNITS_MAX = 65_536
const LAYERS_MAX = 16

/** The flags of `--model mlp`. */
export interface MlpFlags {
  readonly hidden?: readonly number[]
  readonly backend?: (typeof BACKEND_NAMES)[number]
}

/** What decides on an MLP among the flags of its command. */
export type MlpRunFlags = RunFlags & MlpFlags & { readonly compare?: boolean }

/** What is about linear models. */
const REFUSED: readonly (keyof RunFlags)[] = ['lambda', 'bias']

export function addMlpFlags(command: Command): Command {
  return command
    .optionsGroup('With --model mlp (TensorFlow.js):')
    .addOption(
      new Option(
        '--hidden <units>',
        `units of the hidden layers, separated by commas (default: ${HIDDEN_DEFAULT})`,
      ).argParser(parseUnits),
    )
    .addOption(
      choiceFlag('--backend <name>', 'what computes (default: auto, the fastest that is there)', [...BACKEND_NAMES]),
    )
}

/** Whether the peers are to train an MLP. @throws {@link ConfigurationError} `MLP` where flags do not go together. */
export function wantsMlp(flags: MlpRunFlags): boolean {
  if (flags.model === 'mlp') {
    const wrong = REFUSED.filter((key) => flags[key] !== undefined).map((key) => RUN_FLAG_NAMES[key])
    if (flags.method === 'fedsgd') wrong.push('--method fedsgd')
    const isGossiped = flags.compare === true || methodNameOf(flags) === 'gossip'
    if (isGossiped && flags.exchange !== undefined && flags.exchange.kind !== 'full') {
      wrong.push(`--exchange ${flags.exchange.kind}`)
    }
    if (flags.mergeWith === 'last') wrong.push('--merge-with last')
    if (flags.create === 'UM') wrong.push('--create UM')
    if (wrong.length > 0)
      throw new ConfigurationError(
        'MLP',
        `--model mlp has no ${wrong.join(', ')}: it learns by gossip, from whole models, each merged with its own, or by any ` +
          'federated method but fedsgd, whose server would take the steps',
      )
    return true
  }
  const given = [flags.hidden !== undefined && '--hidden', flags.backend !== undefined && '--backend'].filter(Boolean)
  if (given.length > 0) throw new ConfigurationError('MLP', `${given.join(', ')}: only --model mlp has them`)
  return false
}

/** The settings of a run that trains an MLP. Throws as `runSettingsOf` does. */
export function mlpSettingsOf(flags: MlpRunFlags, defaults: RunDefaults): RunSettings {
  const { model: _, epochs, ...others } = flags
  const isGossip = methodNameOf(flags) === 'gossip'
  // By gossip, too, a network makes several passes over its rows.
  const settings = runSettingsOf(
    isGossip ? others : { ...others, ...(epochs === undefined ? {} : { epochs }) },
    defaults,
  )
  return { ...settings, ...(epochs === undefined ? {} : { epochs }) }
}

/** What the peers train. */
export function mlpTaskOf(flags: MlpRunFlags, data: { readonly features: number; readonly classes: number }): MlpTask {
  const { hidden = HIDDEN_DEFAULT, backend = 'auto', eta } = flags
  return { options: { ...data, hidden, ...(eta === undefined ? {} : { eta }) }, backend }
}

function parseUnits(text: string): number[] {
  const units = text.split(',').map(Number)
  const isValid = units.length <= LAYERS_MAX && units.every((n) => Number.isInteger(n) && n >= 1 && n <= UNITS_MAX)
  if (isValid) return units
  throw new ConfigurationError(
    'FLAG_UNITS',
    `--hidden: give 1 … ${LAYERS_MAX} numbers of units, 1 … ${UNITS_MAX} each, such as 128,32, not ${JSON.stringify(text)}`,
  )
}
