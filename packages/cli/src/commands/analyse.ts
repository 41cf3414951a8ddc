import { PAIR_SELECTORS, RUMOR_STOPS } from '@hearsay/analysis'
import { ConfigurationError } from '@hearsay/core'
import type { Command } from 'commander'
import type { AveragingFlags, EpidemicFlags, RumorFlags, ShuffleFlags } from '../analyse/analyse-flags.ts'
import { choiceFlag } from '../flags/choice-flag.ts'
import { seedFlag } from '../flags/data-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import { reportAtFlag } from '../flags/report-at-flag.ts'
import type { Session } from '../session.ts'

const EPIDEMICS = ['push', 'pull', 'push-pull', 'sir']
const SIR_FLAGS = ['beta', 'gamma', 'mu', 'infected'] as const
const COUNTED_PEERS_MAX = 1e9
const INDIVIDUAL_PEERS_MAX = 1e6
const STEPS_MAX = 1e4

const NOTES = `
What theory predicts stands beside the mean of simulated runs and its standard error; --plot draws both.

With --json, lines have a "type": start, point (at --report-at), summary (the last).

Examples:
  hearsay analyse rumor --k 2
  hearsay analyse epidemic --model push-pull --peers 10000
  hearsay analyse epidemic --model sir --beta 1 --gamma 0.25 --mu 0.02
  hearsay analyse averaging --link-failure 0.2
  hearsay analyse shuffle --peers 100 --report-at 100,200,400,1000 --plot shuffle.svg`

export function addAnalyseCommand(program: Command, session: Session): void {
  const analyse = program
    .command('analyse')
    .summary('predict a protocol by theory, beside a simulation of the model')
    .description(
      'Predicts gossip protocols by the theory of the literature, beside simulations of its models, by seed.',
    )
    .helpCommand(false)
    .addHelpText('after', NOTES)
  addRumor(analyse, session)
  addEpidemic(analyse, session)
  addAveraging(analyse, session)
  addShuffle(analyse, session)
}

function addRumor(analyse: Command, session: Session): void {
  const rumor = analyse
    .command('rumor')
    .summary('rumor mongering by push: residue and traffic')
    .description(
      'Predicts residue and traffic of rumor mongering by push: the rumor equation, classic and refined mean field.',
    )
    .optionsGroup('Protocol:')
    .addOption(
      numberFlag('--k <contacts>', 'contacts before interest is lost', { min: 1, max: 50, integer: true }).default(1),
    )
    .addOption(
      choiceFlag(
        '--stop <rule>',
        'feedback: useless contacts count, blind: all do; after k, or by a coin at each',
        RUMOR_STOPS,
      ).default('feedback-counter'),
    )
  addRunFlags(rumor, { peers: 1000, peersMax: COUNTED_PEERS_MAX, runs: 500, steps: ['--cycles', 40] }).action(
    async (flags: RumorFlags) => {
      const { rumorAnalysis } = await import('../analyse/rumor.ts')
      const { analyse: run } = await import('../analyse/analyse.ts')
      session.exitCode = await run(rumorAnalysis(flags), flags, session)
    },
  )
}

function addEpidemic(analyse: Command, session: Session): void {
  const rate = (flags: string, text: string, max: number) => numberFlag(flags, `sir: ${text}`, { min: 0, max })
  const epidemic = analyse
    .command('epidemic')
    .summary('anti-entropy by push, pull or both; SIR with demography')
    .description(
      'Predicts anti-entropy by push, pull or both, and the rounds that it takes; or SIR with demography, in continuous time.',
    )
    .optionsGroup('Protocol:')
    .addOption(choiceFlag('--model <kind>', 'who learns in a contact, or sir', EPIDEMICS).default('push'))
    .addOption(rate('--beta <rate>', 'infecting contacts of an infective a unit of time, 0 … 10 (default: 1)', 10))
    .addOption(rate('--gamma <rate>', 'infectives that recover a unit of time, 0 … 5 (default: 0.25)', 5))
    .addOption(rate('--mu <rate>', 'peers that are replaced a unit of time, 0 … 5 (default: 0)', 5))
    .addOption(rate('--infected <share>', 'infective at the start, at least one peer (default: 0.01)', 1))
  addRunFlags(epidemic, { peers: 1000, peersMax: INDIVIDUAL_PEERS_MAX, runs: 200, steps: ['--cycles', 30] }).action(
    async (flags: EpidemicFlags) => {
      const stray = SIR_FLAGS.find((name) => flags.model !== 'sir' && flags[name] !== undefined)
      if (stray !== undefined) throw new ConfigurationError('FLAGS', `--${stray} goes with --model sir`)
      const { epidemicAnalysis } = await import('../analyse/epidemic.ts')
      const { analyse: run } = await import('../analyse/analyse.ts')
      session.exitCode = await run(epidemicAnalysis(flags), flags, session)
    },
  )
}

function addAveraging(analyse: Command, session: Session): void {
  const averaging = analyse
    .command('averaging')
    .summary('push–pull averaging: how fast the variance falls')
    .description('Predicts push–pull averaging: the factor by which the variance falls in a cycle.')
    .optionsGroup('Protocol:')
    .addOption(choiceFlag('--selector <kind>', 'which pairs average in a cycle', PAIR_SELECTORS).default('sequential'))
    .addOption(
      numberFlag('--link-failure <probability>', 'exchanges that fail, in [0, 1]', { min: 0, max: 1 }).default(0),
    )
  addRunFlags(averaging, { peers: 10_000, peersMax: INDIVIDUAL_PEERS_MAX, runs: 10, steps: ['--cycles', 20] }).action(
    async (flags: AveragingFlags) => {
      const { averagingAnalysis } = await import('../analyse/averaging.ts')
      const { analyse: run } = await import('../analyse/analyse.ts')
      session.exitCode = await run(averagingAnalysis(flags), flags, session)
    },
  )
}

function addShuffle(analyse: Command, session: Session): void {
  const size = { min: 1, max: 1e6, integer: true }
  const shuffle = analyse
    .command('shuffle')
    .summary('gossip shuffle: replication and coverage of an item')
    .description('Predicts gossip shuffle: replication and coverage of an item by the six-state model.')
    .optionsGroup('Protocol:')
    .addOption(numberFlag('--gmax <slots>', 'a peer starts an exchange every Gmax + 1 slots', size).default(3))
    .addOption(numberFlag('--items <count>', 'n, different items', size).default(500))
    .addOption(numberFlag('--cache <items>', 'c, items that a peer keeps', size).default(100))
    .addOption(numberFlag('--exchange <items>', 's, items that a peer sends in an exchange', size).default(50))
  addRunFlags(shuffle, { peers: 100, peersMax: COUNTED_PEERS_MAX, runs: 500, steps: ['--slots', 1000] }).action(
    async (flags: ShuffleFlags) => {
      const { shuffleAnalysis } = await import('../analyse/shuffle.ts')
      const { analyse: run } = await import('../analyse/analyse.ts')
      session.exitCode = await run(shuffleAnalysis(flags), flags, session)
    },
  )
}

interface RunDefaults {
  readonly peers: number
  readonly peersMax: number
  readonly runs: number
  /** The flag for how long, and its default. */
  readonly steps: readonly [flag: '--cycles' | '--slots', count: number]
}

function addRunFlags(command: Command, { peers, peersMax, runs, steps: [flag, count] }: RunDefaults): Command {
  const integer = true
  command
    .optionsGroup('Run:')
    .addOption(numberFlag('--peers <count>', 'peers', { min: 3, max: peersMax, integer }).default(peers))
    .addOption(
      numberFlag(`${flag} <count>`, `${flag.slice(2)} to look ahead`, { min: 1, max: STEPS_MAX, integer }).default(
        count,
      ),
    )
    .addOption(numberFlag('--runs <count>', 'simulated runs', { min: 1, max: 1e6, integer }).default(runs))
    .addOption(seedFlag())
    .addOption(reportAtFlag())
  return addOutputFlags(command).option(
    '--plot <file>',
    'draw theory over simulation as SVG; a file that is there is replaced',
  )
}
