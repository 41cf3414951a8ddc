import { isIP } from 'node:net'
import { ConfigurationError } from '@hearsay/core'
import { LINEAR_MODELS } from '@hearsay/learning'
import { type Command, Option } from 'commander'
import { addDatasetFlag, addFileFlags, addShardsFlag, addTestFractionFlag, seedFlag } from '../flags/data-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import { addMlpFlags } from '../swarm/mlp/mlp-flags.ts'
import { addRunFlags } from '../peer/run-flags.ts'
import type { Session } from '../session.ts'
import {
  COMPARE_DEFAULTS,
  MLP_COMPARE_DEFAULTS,
  MLP_DEFAULTS,
  SWARM_DEFAULTS,
  type SwarmFlags,
} from '../swarm/swarm-flags.ts'

const PEERS_MAX = 1000
const PROCESSES_MAX = 256

const NOTES = `
Every peer is a libp2p host of its own (TCP, noise, yamux) with its own key and its own rows. All bootstrap from the
first peer, find each other by NewsCast, and exchange models, never rows. After that nobody is in charge: kill any
process, this one included, and the others finish.

--seed fixes the shards and what each peer draws. When messages arrive is up to the machine, so two runs with one seed
differ a little; hearsay simulate repeats a run exactly.

The summary compares with every peer training alone on its rows (as many passes, no models of others) and with one model
trained on all rows (20 passes, same learner).

With --method fedavg, or another federated one, the first peer is the server, and trains on its rows, too. If it goes, the
others keep the last model that they have received.

With --compare, the peers learn by gossip and then, for the same time, by federated learning (fedavg unless --method says
otherwise): the same rows, learner and overlay, and bytes that the transports have counted. The results go to --out, with a
report in HTML.

With --model mlp, the peers train a multilayer perceptron with TensorFlow.js, each process on a thread of its own, in
${MLP_DEFAULTS.cycles} cycles of ${MLP_DEFAULTS.period} ms (compared: ${MLP_COMPARE_DEFAULTS.cycles} each), by any method but fedsgd. --eta is then the step of Adam (0.01), --batch
its rows (32), --epochs the passes over its rows that a peer makes for each model that it receives (1).

With --json, lines have a "type": start, progress (about once a second), process-lost, peer-failed, summary (the last;
with --compare, the last of each run, then comparison and report).

Examples:
  hearsay swarm
  hearsay swarm --compare --shards by-class
  hearsay swarm --method fedprox --epochs 5 --fraction 0.5
  hearsay swarm --peers 64 --period 1000 --shards by-class
  hearsay swarm --model mlp --dataset digits --peers 16
  hearsay swarm --model mlp --dataset digits --peers 16 --method fedadam
  hearsay swarm --model mlp --dataset digits --peers 16 --compare
  hearsay swarm --data mails.csv --label spam --model logistic --json`

export function addSwarmCommand(program: Command, session: Session): void {
  const command = program
    .command('swarm')
    .summary('run a swarm of libp2p peers on this machine')
    .description(
      'Runs a swarm of real libp2p peers on this machine that learn together by gossip or federated learning, and watches it.',
    )
    .optionsGroup('Swarm:')
    .addOption(numberFlag('--peers <count>', 'peers', { min: 2, max: PEERS_MAX, integer: true }).default(32))
    .addOption(
      numberFlag('--processes <count>', 'processes that the peers are spread over (default: one per core)', {
        min: 1,
        max: PROCESSES_MAX,
        integer: true,
      }),
    )
    .option(
      '--compare',
      `run gossip and a federated method, and report on both (${COMPARE_DEFAULTS.cycles} cycles of ${COMPARE_DEFAULTS.period} ms each)`,
    )
    .option('--out <folder>', 'with --compare: where results and report go (default: results/swarm)')
    .addOption(listenHostFlag())
    .addOption(seedFlag())
  addTestFractionFlag(addFileFlags(addDatasetFlag(command, 'spambase')), 'default: 0.1')
  addShardsFlag(command)
  addRunFlags(command, SWARM_DEFAULTS, 'Learning:', [...LINEAR_MODELS, 'mlp'])
  addMlpFlags(command)
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
