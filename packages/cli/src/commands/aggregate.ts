import type { Metric } from '@hearsay/peer'
import { Argument, type Command } from 'commander'
import type { AggregateFlags } from '../aggregate/aggregate-flags.ts'
import { AGGREGATES, type Aggregate, parseAggregate } from '../aggregate/aggregates.ts'
import { choiceFlag } from '../flags/choice-flag.ts'
import { repeatedFlag } from '../flags/form.ts'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import type { Session } from '../session.ts'

/** Here and not from its package, which takes its time to load. */
const METRICS: readonly Metric[] = ['error', 'age', 'rows']

const NOTES = `
Every peer of a learning swarm counts the peers and averages their numbers by gossip, epoch by epoch, while it learns.
This asks the peers at the given addresses, the first that answers; it takes part in nothing and is not counted. What
it prints is the last epoch that has ended: who joins later is in the next one, and a peer's number is that of
the epoch's start.

  count     peers of the swarm
  mean, min, max, variance, sum     over all peers, of the number --of: error (on the rows that a peer trains
            on; 1 before it has learned anything), age (of its model, in rows) or rows (that it trains on)

With --json, lines have the "type" aggregate.

Examples:
  hearsay aggregate count --join /ip4/127.0.0.1/tcp/4001/p2p/12D3Koo…
  hearsay aggregate mean --of error --watch --join /ip4/127.0.0.1/tcp/4001/p2p/12D3Koo…`

export function addAggregateCommand(program: Command, session: Session): void {
  const command = program
    .command('aggregate')
    .summary('ask a running swarm how many it is, or for a mean')
    .description(
      'Asks a running swarm for what its peers know together: their number, or the mean of a number of theirs.',
    )
    .addArgument(new Argument('<what>', AGGREGATES.join(', ')).argParser(parseAggregate))
    .addOption(repeatedFlag('--join <address>', 'address of a peer of the swarm, with its /p2p/…', (text) => text))
    .addOption(choiceFlag('--of <metric>', 'the number (default: the first that the swarm aggregates)', METRICS))
    .option('--watch', 'print a line for every epoch that ends, until Ctrl-C')
    .addOption(
      numberFlag('--timeout <s>', 'seconds to wait for an answer, or between two', {
        min: 0,
        above: true,
        max: 86_400,
      }).default(60),
    )
  addOutputFlags(command)
    .addHelpText('after', NOTES)
    .action(async (what: Aggregate, flags: AggregateFlags) => {
      const { aggregate } = await import('../aggregate/aggregate.ts')
      session.exitCode = await aggregate(what, flags, session)
    })
}
