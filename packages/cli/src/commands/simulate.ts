import type { Command } from 'commander'
import { checkExploreFlags } from '../explore/explore-flags.ts'
import type { Session } from '../session.ts'
import { defineSimulateFlags } from '../simulate/simulate-arguments.ts'
import type { SimulateFlags } from '../simulate/simulate-flags.ts'

const NOTES = `
The defaults are workload W2: 1000 peers with 4 or 5 rows of Spambase each, 10 random out-neighbours, a delay of one
cycle, Pegasos with λ = 1e-4, a received model merged with the current one by the plain mean. Protocols used as a
library default to --merge age-weighted --merge-with last.

Times are in cycles; a cycle is --period virtual milliseconds. Files are in virtual milliseconds (delay tables, recorded
sessions), rates in bytes per virtual second, phones (--churn smartphone) keep virtual time as if it were real. What is
sent to a peer that is away is missed. A peer that joins, or has lost its state, knows random peers that were there from
the start. Peers that are away are evaluated with the models that they hold, unless with --measure online.

The same options, seed and version give the same trace hash, always, on any number of threads. Ctrl-C ends the run after
the current cycle, with a checkpoint where there is a file for it. --resume goes on with the options of the checkpoint;
only --cycles (more), --report-at and where files are may be others.

With --json, lines have a "type": start, progress (about once a second), cycle (at --report-at), checkpoint, summary (the
last); with --repeat: progress, run, summary; with --explore: start, progress, run, summary; with --export-sessions: sessions.

Examples:
  hearsay simulate
  hearsay simulate --peers 100 --cycles 200 --overlay newscast --delay uniform:0.9,1.1 --loss 0.1
  hearsay simulate --data mails.csv --label spam --peers 50 --json
  hearsay simulate --cycles 100000 --checkpoint run.ckpt --checkpoint-every 1000
  hearsay simulate --resume run.ckpt --checkpoint run.ckpt
  hearsay simulate --explore 1000
  hearsay simulate --cycles 20 --trace a.trace.gz; hearsay trace diff a.trace.gz b.trace.gz
Scenario AF of Ormándi, Hegedűs, Jelasity 2013 (half of the messages lost, late by up to ten cycles, 90 % online):
  hearsay simulate --peers 4140 --rows-per-peer 1 --scale min-max --overlay newscast --jitter 0.1 --merge-with last \\
    --loss 0.5 --delay uniform:1,10 --churn lognormal:1,1,0.9 --repeat 5`

export function addSimulateCommand(program: Command, session: Session): void {
  const command = program
    .command('simulate')
    .summary('run gossip learning in a simulated network, by seed')
    .description(
      'Runs gossip learning in a simulated network: virtual time, many peers, the same run for the same seed.',
    )
  defineSimulateFlags(command)
    .addHelpText('after', NOTES)
    .action(async (flags: SimulateFlags) => {
      const { explore: runs } = flags
      checkExploreFlags(givenFlags(command), runs !== undefined)
      if (runs !== undefined) {
        const { explore } = await import('../explore/explore.ts')
        session.exitCode = await explore({ ...flags, explore: runs }, session)
        return
      }
      const { simulate } = await import('../simulate/simulate.ts')
      const words = withoutFiles(session.words.slice(session.words.indexOf(command.name()) + 1))
      session.exitCode = await simulate(flags, session, { arguments: words, given: givenFlags(command) })
    })
}

function withoutFiles(words: readonly string[]): string[] {
  const named = new Set(['--trace', '--checkpoint', '--checkpoint-every', '--resume', '--workers'])
  const isTelling = (word: string): boolean =>
    /^--(json|debug|trace=|checkpoint=|checkpoint-every=|resume=|workers=)/.test(word)
  return words.filter((word, index) => !isTelling(word) && !named.has(word) && !named.has(words[index - 1]))
}

function givenFlags(command: Command): ReadonlySet<string> {
  const names = command.options.map((option) => option.attributeName())
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'))
}
