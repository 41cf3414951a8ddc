import type { Command } from 'commander'
import { numberFlag } from '../flags/number-flag.ts'
import { addOutputFlags } from '../flags/output-flags.ts'
import type { Session } from '../session.ts'
import type { TraceDiffFlags } from '../trace/trace-flags.ts'

const NOTES = `
Traces are written by: hearsay simulate --trace FILE. Both are read side by side, so they may be larger than the memory.
Events are compared in the order of time, then peer. Options, seed and version may differ: that is said, and is no
difference. A trace of a run that was resumed is compared from its first event on.

Exit codes: 0 equal, 1 different, 2 a file is no trace or breaks off, 3 a file cannot be read.`

export function addTraceCommand(program: Command, session: Session): void {
  const trace = program
    .command('trace')
    .summary('compare what happened in two simulated runs')
    .description('Compares traces of simulated runs.')
    .helpCommand(false)
  const diff = trace
    .command('diff')
    .summary('name the first event in which two runs differ')
    .description('Names the first event in which two runs differ, and shows it in both.')
    .argument('<a>', 'a trace, compressed or not')
    .argument('<b>', 'another one')
    .addOption(
      numberFlag('--context <events>', 'events to show before and after', { min: 0, max: 1000, integer: true }).default(
        3,
      ),
    )
  addOutputFlags(diff, 'one JSON object, "type": "equal" or "different"')
    .addHelpText('after', NOTES)
    .action(async (a: string, b: string, flags: TraceDiffFlags) => {
      const { diffTraces } = await import('../trace/diff.ts')
      session.exitCode = await diffTraces(a, b, flags, session)
    })
}
