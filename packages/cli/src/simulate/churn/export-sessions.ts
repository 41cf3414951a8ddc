import { writeFile } from 'node:fs/promises'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import { formatSessionTrace, recordSessions, summariseSessions } from '@hearsay/simulator'
import type { SimulateFlags } from '../simulate-flags.ts'
import { ExitCode } from '../../exit-code.ts'
import { formatCount, formatDuration, formatPercent } from '../../output/format.ts'
import { writeJsonLine } from '../../output/json-lines.ts'
import type { Session } from '../../session.ts'
import { scenarioOptions } from '../scenario-flags.ts'
import { buildAvailability } from '@hearsay/experiments'

/**
 * `hearsay simulate --export-sessions FILE`: sessions as they might be in a run with these flags. Returns the exit code.
 *
 * @throws {@link ConfigurationError} `CHURN` where every peer stays online, `EXPORT_SESSIONS` beside flags
 *   of a run; {@link EnvironmentError} `FILE_NOT_WRITTEN`.
 */
export async function exportSessions(file: string, flags: SimulateFlags, session: Session): Promise<number> {
  refuseRuns(flags)
  const options = scenarioOptions(flags)
  const availability = buildAvailability(options)
  if (availability === undefined) {
    throw new ConfigurationError('CHURN', '--export-sessions: every peer stays online: add --churn, --crash or --join')
  }
  const { peers, seed, periodMs } = options
  const untilMs = Math.max(1, Math.round(flags.cycles * periodMs))
  const trace = recordSessions({ availability, peers, seed, untilMs })
  const made = options.churn?.kind === 'trace' ? 'played from a recording' : 'synthetic'
  const text = formatSessionTrace(trace, `${made}: hearsay simulate, ${peers} peers, ${untilMs} ms, seed ${seed}`)
  await writeFile(file, text).catch((cause: Error) => {
    const message = `--export-sessions: ${file} cannot be written: ${cause.message}`
    throw new EnvironmentError('FILE_NOT_WRITTEN', message, { cause })
  })
  const { sessions, meanSessionMs, onlineFraction } = summariseSessions(trace, untilMs)
  if (flags.json === true) {
    writeJsonLine(session.stdout, { type: 'sessions', file, peers, untilMs, sessions, meanSessionMs, onlineFraction })
  } else {
    const mean = formatDuration(meanSessionMs / 1000)
    session.stdout.write(
      `${file}: ${formatCount(sessions)} sessions of ${formatCount(peers)} peers, ${mean} on average, ` +
        `${formatPercent(onlineFraction)} online\n`,
    )
  }
  return ExitCode.done
}

/** What has no effect where nothing is run. */
function refuseRuns({ repeat, workers, trace, checkpoint, checkpointEvery, resume }: SimulateFlags): void {
  const runs = { '--repeat': repeat, '--workers': workers, '--trace': trace, '--checkpoint': checkpoint }
  const flags = { ...runs, '--checkpoint-every': checkpointEvery, '--resume': resume }
  for (const [flag, value] of Object.entries(flags)) {
    if (value === undefined) continue
    throw new ConfigurationError('EXPORT_SESSIONS', `${flag} belongs to a run: leave it or --export-sessions away`)
  }
}
