import type { Command } from 'commander'
import { addOutputFlags } from '../flags/output-flags.ts'
import type { ReportFlags } from '../report/report-flags.ts'
import type { Session } from '../session.ts'

const NOTES = `
Writes one HTML file that needs no network and runs no scripts, and each of its figures as SVG and PNG: who is ahead where,
the metric over cycles, bytes, time and steps with confidence bands over seeds, final values with paired tests, the claims
of the experiment file with verdicts, traffic, the spread over peers, and all that it takes to repeat it. Files that are
there are replaced. Where only a part of the grid has been run, the report is about that part, and says what is missing.

With --json, lines have a "type": final (how a contestant ended), lead (who is ahead where on an axis), equal (contestants
at equal cost), test (two contestants, paired by seed), verdict (a claim), summary (the last).

Examples:
  hearsay report results/hegedus-2021
  hearsay report results/hegedus-2021 --out paper/gossip.html --figures paper/figures`

export function addReportCommand(program: Command, session: Session): void {
  const report = program
    .command('report')
    .summary('turn the results of an experiment into a report and figures')
    .description('Writes a report of an experiment: figures, intervals, tests and verdicts in one HTML file.')
    .argument('<results>', 'a folder of hearsay experiment run')
    .option('--out <file>', 'the report (default: report.html in the folder)')
    .option('--figures <folder>', 'where SVG and PNG files go (default: figures in the folder)')
  addOutputFlags(report)
    .addHelpText('after', NOTES)
    .action(async (folder: string, flags: ReportFlags) => {
      const { reportCommand } = await import('../report/report-command.ts')
      session.exitCode = await reportCommand(folder, flags, session)
    })
}
