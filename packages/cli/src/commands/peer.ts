import { LINEAR_MODELS } from '@hearsay/learning'
import { type Command, Option } from 'commander'
import { addDatasetFlag, addFileFlags, addTestFractionFlag } from '../flags/data-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import { addMlpFlags } from '../swarm/mlp/mlp-flags.ts'
import { PEER_DEFAULTS, type PeerFlags } from '../peer/peer-flags.ts'
import { addRunFlags } from '../peer/run-flags.ts'
import type { Session } from '../session.ts'

const NOTES = `
Without --bootstrap the peer launches a run, and prints the address that others bootstrap from. With --bootstrap it
joins the run that the peers there are in: that run decides on model, scaling and time, so the flags under "The run"
are refused. Rows never leave the peer. Every peer's file needs the same feature columns, in any order; a file may lack
classes of the run.

With --method fedavg, or another federated one, the peer that launches the run is its server, and trains on its rows, too.
If it goes, the others say so and keep the last model that they have received.

With --state DIR the peer keeps its key and, whenever its model has changed, what it has learned. Started again with the same
flags it goes on from there: a server with the round after its last complete one, any other peer with its model. A server does
best to --listen at a fixed port. A folder is of one peer and one run; that of a run which is over makes room for the next.

With --model mlp the run trains a multilayer perceptron with TensorFlow.js, by any method but fedsgd; a peer that joins makes
its own after the run's. --eta is then the step of Adam (0.01), --batch its rows (32), --epochs the passes of an update (1).

The error is that of the peer's own held-out rows: --test FILE, or a share of --data.

Ctrl-C leaves in good order, with a summary. At the end of the run the peer leaves by itself, unless it is to --stay.

With --json, lines have a "type": start, progress (once a cycle, at most one a second), summary (the last).

Examples, in two shells:
  hearsay peer --data a.csv --label spam --listen /ip4/127.0.0.1/tcp/4001 --key a.key
  hearsay peer --data b.csv --label spam --bootstrap /ip4/127.0.0.1/tcp/4001/p2p/12D3Koo…

A server that can be started again:
  hearsay peer --data a.csv --label spam --method fedavg --listen /ip4/127.0.0.1/tcp/4001 --state a

On two machines, listen on all addresses, and tell the others which one is yours:
  hearsay peer --data a.csv --label spam --listen /ip4/0.0.0.0/tcp/4001 --announce /ip4/192.0.2.7/tcp/4001`

export function addPeerCommand(program: Command, session: Session): void {
  const command = program
    .command('peer')
    .summary('run one libp2p peer with its own file')
    .description('Runs one libp2p peer that learns from its own CSV file, together with the peers that it finds.')
  addTestFractionFlag(addFileFlags(addDatasetFlag(command)), 'default: 0.1, with --test none')
  command.addOption(listFlag('--classes <names>', 'class names, separated by commas, where the file lacks some', ','))
  command.option('--test <file>', 'a CSV file of rows to measure the error on; they are not trained on')
  addNetworkFlags(command)
  addRunFlags(command, PEER_DEFAULTS, 'The run (of a peer that launches one):', [...LINEAR_MODELS, 'mlp'])
  addMlpFlags(command)
  addOutputFlags(command)
    .option('--log <file>', 'append what the peer refuses, drops and cuts off, one JSON object a line')
    .addHelpText('after', NOTES)
    .action(async (flags: PeerFlags) => {
      const { peer } = await import('../peer/peer.ts')
      session.exitCode = await peer(flags, session)
    })
}

function addNetworkFlags(command: Command): void {
  command
    .optionsGroup('Network:')
    .addOption(
      listFlag('--listen <multiaddr>', 'address to listen on; may be repeated (default: /ip4/127.0.0.1/tcp/0)'),
    )
    .addOption(listFlag('--announce <multiaddr>', 'address to tell others, instead; may be repeated'))
    .addOption(listFlag('--bootstrap <address>', 'address of a peer of the run, with its /p2p/…; may be repeated'))
    .option('--key <file>', 'the peer’s key, made if there is no such file (default: that of --state, or a new key)')
    .option('--state <folder>', 'where the peer keeps its key, run and model, to go on from when it is started again')
    .option('--network <name>', 'the swarm’s name', 'default')
    .option('--launcher <peer>', 'join only the run that this peer has launched')
    .addOption(
      numberFlag('--join-timeout <s>', 'seconds to look for a run to join', {
        min: 0,
        above: true,
        max: 86_400,
      }).default(60),
    )
    .option('--stay', 'go on serving others after the last cycle, until Ctrl-C')
    .addOption(
      numberFlag(
        '--seed <integer>',
        'what the split and the peer’s draws follow from (default: different every time; with --state, its key)',
        {
          min: 0,
          max: Number.MAX_SAFE_INTEGER,
          integer: true,
        },
      ),
    )
}

/** A flag that collects values: one per use, or several that `separator` keeps apart. */
function listFlag(flags: string, description: string, separator?: string): Option {
  return new Option(flags, description).argParser((text: string, before: readonly string[] = []) => {
    return [...before, ...(separator === undefined ? [text] : text.split(separator))]
  })
}
