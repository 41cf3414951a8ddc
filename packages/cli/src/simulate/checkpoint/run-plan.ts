import { ConfigurationError } from '@hearsay/core'
import { parseSimulateArguments } from '../simulate-arguments.ts'
import type { Invocation, SimulateFlags } from '../simulate-flags.ts'
import { packageVersion } from '../../version.ts'
import type { Checkpoints } from '../run.ts'
import type { Scenario } from '@hearsay/experiments'
import { CheckpointFile } from './checkpoint-file.ts'
import { byteOrder } from './checkpoint-header.ts'
import { fingerprint } from './fingerprint.ts'
import { writeCheckpoint } from './write-checkpoint.ts'

/** A run that begins, or goes on from a checkpoint. */
export interface RunPlan {
  readonly flags: SimulateFlags
  /** The command line that it was begun with. */
  readonly arguments: readonly string[]
  /** Where it goes on from. */
  readonly checkpoint?: CheckpointFile
}

/** Flags that say how a run is told, and not what is run: they hold for one command, and are not taken over from another. */
const TELLING = ['json', 'debug', 'trace', 'checkpoint', 'checkpointEvery', 'resume', 'workers'] as const

/** Flags that may differ from those that a run was begun with. */
const CHANGEABLE: ReadonlySet<string> = new Set([...TELLING, 'cycles', 'reportAt', 'data'])

/**
 * @throws What {@link CheckpointFile} throws; {@link ConfigurationError} `CHECKPOINT_OPTIONS` where flags contradict the
 *   checkpoint, `CHECKPOINT_EVERY`.
 */
export function planRun(flags: SimulateFlags, { arguments: words, given }: Invocation): RunPlan {
  if (flags.checkpointEvery !== undefined && flags.checkpoint === undefined) {
    throw new ConfigurationError('CHECKPOINT_EVERY', '--checkpoint-every needs a file: add --checkpoint FILE')
  }
  if (flags.resume === undefined) return { flags, arguments: words }
  const checkpoint = new CheckpointFile(flags.resume)
  try {
    const { header } = checkpoint
    const begun = parseSimulateArguments(header.arguments)
    refuseContradictions(flags, { ...begun, backend: header.backend }, given, checkpoint)
    const told = Object.fromEntries(TELLING.map((name) => [name, flags[name]]))
    const { cycles, reportAt, data } = flags
    const changed = { ...(given.has('reportAt') && { reportAt }), ...(given.has('data') && { data }) }
    const further = [...(given.has('cycles') ? ['--cycles', String(cycles)] : []), ...(data ? ['--data', data] : [])]
    return {
      flags: { ...begun, ...told, ...changed, ...(given.has('cycles') && { cycles }) } as SimulateFlags,
      arguments: [...header.arguments, ...further],
      checkpoint,
    }
  } catch (error) {
    checkpoint.close()
    throw error
  }
}

function refuseContradictions(
  flags: SimulateFlags,
  begun: SimulateFlags,
  given: ReadonlySet<string>,
  { path, header }: CheckpointFile,
): void {
  const wrong = (message: string): ConfigurationError => new ConfigurationError('CHECKPOINT_OPTIONS', message)
  const [one, other] = [flags, begun].map((set) => new Map<string, unknown>(Object.entries(set)))
  for (const name of given) {
    if (CHANGEABLE.has(name) || fingerprint(one.get(name)) === fingerprint(other.get(name))) continue
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    const line = ['hearsay simulate', ...header.arguments].join(' ')
    throw wrong(`${flag} contradicts ${path}, a run that was begun with: ${line}; leave the flag away`)
  }
  const cycles = given.has('cycles') ? flags.cycles : begun.cycles
  if (cycles >= header.cycle) return
  throw wrong(`--cycles: ${path} has run ${header.cycle} cycles already: give that many or more, not ${cycles}`)
}

/** @throws {@link ConfigurationError} `CHECKPOINT_DATA` where options or data are not those of the checkpoint. */
export function verifyFingerprint({ path, header }: CheckpointFile, scenario: Scenario): void {
  if (fingerprintOf(scenario) === header.fingerprint) return
  throw new ConfigurationError(
    'CHECKPOINT_DATA',
    `${path} is of a run with other data: a file that the run was begun with has changed since`,
  )
}

/** Saves a run to a file. */
export function saveTo(file: string, { flags, arguments: words }: RunPlan): Checkpoints {
  const save: Checkpoints['save'] = (scenario) => {
    const { cycle, kernels } = scenario
    const header = {
      ...{ version: packageVersion(), byteOrder: byteOrder(), arguments: [...words] },
      ...{ cycle, backend: kernels.backend, fingerprint: fingerprintOf(scenario) },
    }
    writeCheckpoint(file, header, scenario)
    return { type: 'checkpoint', cycle, file }
  }
  return { every: flags.checkpointEvery, save }
}

/** Of what is run, on which data, with which rounding. */
function fingerprintOf({ options, data, kernels }: Scenario): string {
  return fingerprint([{ ...options, backend: kernels.backend }, data])
}
