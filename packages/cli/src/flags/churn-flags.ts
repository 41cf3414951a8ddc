import { parseSessionTrace } from '@hearsay/simulator'
import type { Command } from 'commander'
import { type Churn, type ChurnOptions, type Crash, type Growth, ScenarioLimit } from '@hearsay/experiments/options'
import { choiceFlag } from './choice-flag.ts'
import { formError, formFlag, parseNumbers, readFlagFile, repeatedFlag } from './form.ts'
import { parseInterval } from './interval-flag.ts'
import { type NumberBounds, numberFlag, parseNumber } from './number-flag.ts'

/** The flags of churn. One that was not given is absent. */
export interface ChurnFlags extends ChurnOptions {
  /** The file that the sessions are written to, instead of a run. */
  readonly exportSessions?: string
}

const SHARE: NumberBounds = { min: 0, max: 1 }
const SHARE_ABOVE: NumberBounds = { ...SHARE, above: true }
const CYCLES: NumberBounds = { min: 0, max: 1e6 }
const CYCLES_ABOVE: NumberBounds = { ...CYCLES, above: true }

const CHURN =
  'exponential:MEAN,ONLINE, lognormal:MEDIAN,SIGMA,ONLINE (ONLINE: share of the peers), smartphone, trace:FILE or loop:FILE'
const CRASH = 'AT:SHARE or AT..UNTIL:SHARE'
const JOIN = 'INITIAL,RATE[,FROM]'

export function addChurnFlags(command: Command): Command {
  return command
    .optionsGroup('Churn:')
    .addOption(formFlag('--churn <kind>', `sessions of peers, in cycles: ${CHURN}`, parseChurn))
    .addOption(repeatedFlag('--crash <time>', `peers that go down at once, in cycles: ${CRASH}`, parseCrash))
    .addOption(
      formFlag(
        '--join <peers>',
        `of --peers, so many are there from the start, and so many join a cycle, from a cycle on: ${JOIN}`,
        parseJoin,
      ),
    )
    .addOption(numberFlag('--lose-state <probability>', 'who returns has lost its models (default: 0)', SHARE))
    .option('--whole-transfers', 'a message arrives only if both ends stay online until then')
    .addOption(
      choiceFlag(
        '--measure <peers>',
        'whose error counts: of all, the absent with what they hold, or of those online',
        ['all', 'online'],
      ).default('all'),
    )
    .option('--export-sessions <file>', 'write the sessions of --cycles cycles as CSV (trace:FILE reads it); no run')
}

/** @throws {@link ConfigurationError} `FLAG_FORM`, `FLAG_NUMBER`, as the other parsers here; what is wrong with a file. */
export function parseChurn(text: string): Churn {
  const [kind, parameters] = text.split(/:(.*)/s)
  const numbers = (bounds: readonly NumberBounds[]): number[] =>
    parseNumbers(`--churn ${kind}`, CHURN, parameters ?? '', bounds)
  if (kind === 'exponential') {
    const [mean, online] = numbers([CYCLES_ABOVE, SHARE_ABOVE])
    return { kind, mean, online }
  }
  if (kind === 'lognormal') {
    const [median, sigma, online] = numbers([CYCLES_ABOVE, { min: 0, max: 10 }, SHARE_ABOVE])
    return { kind, median, sigma, online }
  }
  if (kind === 'smartphone' && parameters === undefined) return { kind }
  if ((kind === 'trace' || kind === 'loop') && parameters !== undefined && parameters !== '') {
    const trace = parseSessionTrace(readFlagFile('--churn', parameters), parameters)
    return { kind: 'trace', trace, isLoop: kind === 'loop' }
  }
  throw formError('--churn', CHURN, text)
}

export function parseCrash(text: string): Crash {
  const [time, share, rest] = text.split(':')
  if (share === undefined || rest !== undefined) throw formError('--crash', CRASH, text)
  const crashed = parseNumber('--crash', share, SHARE)
  if (!time.includes('..')) return { at: parseNumber('--crash', time, CYCLES), share: crashed }
  const { from, until } = parseInterval('--crash', CRASH, time)
  return { at: from, until, share: crashed }
}

export function parseJoin(text: string): Growth {
  const initial = { min: 1, max: ScenarioLimit.peersMax, integer: true }
  const rate = { min: 0, above: true, max: 1e9 }
  const [first, perCycle, from = 0] = parseNumbers('--join', JOIN, text, [initial, rate, CYCLES], 2)
  return { initial: first, rate: perCycle, from }
}
