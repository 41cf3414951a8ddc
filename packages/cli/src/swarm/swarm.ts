import { availableParallelism } from 'node:os'
import { ConfigurationError } from '@hearsay/core'
import { MLP_DEFAULTS, SWARM_DEFAULTS, type SwarmFlags } from './swarm-flags.ts'
import { parseDataSource } from '../flags/data-source.ts'
import { writeJsonLine } from '../output/json-lines.ts'
import { methodNameOf } from '../peer/method-flags.ts'
import { runSettingsOf } from '../peer/run-flags.ts'
import type { Session } from '../session.ts'
import { compare } from './compare/compare.ts'
import type { SwarmEvent } from './events.ts'
import { checkLogFile } from './log-file.ts'
import { mlpSettingsOf, mlpTaskOf, wantsMlp } from './mlp/mlp-flags.ts'
import { planSwarm } from './plan.ts'
import { exitCode, runSwarm } from './run-swarm.ts'
import { SwarmText } from './swarm-text.ts'
import { Workers } from './workers.ts'

/** `hearsay swarm`. Returns the exit code. */
export async function swarm(flags: SwarmFlags, session: Session): Promise<number> {
  const startedUnixMs = Date.now()
  const { peers, seed, shards, log, json } = flags
  if (flags.compare !== true && flags.out !== undefined) {
    throw new ConfigurationError('COMPARE', '--out: only a comparison writes results: add --compare')
  }
  if (log !== undefined) await checkLogFile(log)
  const workers = new Workers(Math.min(peers, flags.processes ?? availableParallelism()))
  const text = json === true ? undefined : new SwarmText(session, { isPart: flags.compare === true })
  const tell = (event: SwarmEvent): void =>
    text === undefined ? writeJsonLine(session.stdout, event) : text.tell(event)
  try {
    const isMlp = wantsMlp(flags)
    if (flags.compare === true) return await compare({ flags, session, workers, startedUnixMs, tell })
    const source = parseDataSource(flags, 'spambase')
    const run = isMlp ? mlpSettingsOf(flags, MLP_DEFAULTS) : runSettingsOf(flags, SWARM_DEFAULTS)
    // They load their code while the data is read here.
    const started = workers.start()
    const plan = await planSwarm(source, {
      peers,
      seed,
      shards,
      run,
      ...(isMlp ? { mlp: (data) => mlpTaskOf(flags, data) } : {}),
    })
    const summary = await runSwarm({
      ...{ plan, method: methodNameOf(flags), workers: started, flags, session, startedUnixMs, tell },
    })
    return exitCode(summary, session.signal)
  } finally {
    workers.end()
  }
}
