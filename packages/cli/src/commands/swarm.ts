import { isIP } from 'node:net'
import { ConfigurationError } from '@hearsay/core'
import { type Command, Option } from 'commander'
import {
  addDatasetFlag,
  addFileFlags,
  addShardsFlag,
  addTestFractionFlag,
  seedFlag,
  type ShardFlags,
  type SourceFlags,
} from '../flags/data-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags, type OutputFlags } from '../flags/output-flags.ts'
import { addRunFlags, type RunDefaults, type RunFlags } from '../peer/run-flags.ts'
import type { Session } from '../session.ts'

/** The flags of `hearsay swarm`, as they were parsed. */
export type SwarmFlags = SourceFlags &
  ShardFlags &
  RunFlags &
  OutputFlags & {
    readonly peers: number
    readonly processes?: number
    readonly seed: number
    /** An IP address. */
    readonly listenHost: string
    readonly log?: string
  }

const PEERS_MAX = 1000
const PROCESSES_MAX = 256

const NOTES = `
Every peer is a libp2p host of its own (TCP, noise, yamux) with its own key and its own rows. All bootstrap from the
first peer, find each other by NewsCast, and exchange models, never rows. After that nobody is in charge: kill any
process, this one included, and the others finish.

--seed fixes the shards and what each peer draws. When messages arrive is up to the machine, so two runs with one seed
differ a little; hearsay simulate repeats a run exactly.

The summary compares with every peer training alone on its rows (as many updates, no merges) and with one model trained
on all rows (20 passes, same learner).

With --json, lines have a "type": start, progress (about once a second), process-lost, peer-failed, summary (the last).

Examples:
  hearsay swarm
  hearsay swarm --peers 64 --period 1000 --shards by-class
  hearsay swarm --data mails.csv --label spam --model logistic --json`

/** Half a minute. With λ = 0.03 Spambase is learned in half of that, which leaves time on a busy machine. */
export const SWARM_DEFAULTS: RunDefaults = { period: 500, cycles: 60, lambda: 0.03 }

export function addSwarmCommand(program: Command, session: Session): void {
  const command = program
    .command('swarm')
    .summary('run a swarm of libp2p peers on this machine')
    .description('Runs a swarm of real libp2p peers on this machine that learn together by gossip, and watches it.')
    .optionsGroup('Swarm:')
    .addOption(numberFlag('--peers <count>', 'peers', { min: 2, max: PEERS_MAX, integer: true }).default(32))
    .addOption(
      numberFlag('--processes <count>', 'processes that the peers are spread over (default: one per core)', {
        min: 1,
        max: PROCESSES_MAX,
        integer: true,
      }),
    )
    .addOption(listenHostFlag())
    .addOption(seedFlag())
  addTestFractionFlag(addFileFlags(addDatasetFlag(command, 'spambase')), 'default: 0.1')
  addShardsFlag(command)
  addRunFlags(command, SWARM_DEFAULTS, 'Learning:')
  addOutputFlags(command)
    .option('--log <file>', 'append what peers refuse, drop and cut off, one JSON object a line')
    .addHelpText('after', NOTES)
    .action(async (flags: SwarmFlags) => {
      const { swarm } = await import('../swarm/swarm.ts')
      session.exitCode = await swarm(flags, session)
    })
}

function listenHostFlag(): Option {
  const option = new Option('--listen-host <ip>', 'address that peers listen on; 0.0.0.0 lets other machines join')
  return option.default('127.0.0.1').argParser((text) => {
    if (isIP(text) !== 0) return text
    throw new ConfigurationError(
      'FLAG_IP',
      `--listen-host: give an IP address such as 127.0.0.1, not ${JSON.stringify(text)}`,
    )
  })
}
