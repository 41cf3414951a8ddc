import { type Overlay, ScenarioLimit, type ScenarioOptions } from '../../scenario/scenario-options.ts'
import type { LearningTrial } from '../../trial/trial-settings.ts'
import { orList } from '../form/leaf.ts'
import type { OverlayForm, SettingForm } from '../form/setting-form.ts'
import { toCycles } from '../units/duration.ts'
import { churnOf } from './churn-of.ts'
import { dataOf } from './data-of.ts'
import { faultsOf } from './faults-of.ts'
import { learnerOf } from './learner-of.ts'
import { measureAt } from './measure-at.ts'
import { methodOf } from './method-of.ts'
import { networkOf } from './network-of.ts'
import { probeScenario } from './probe-scenario.ts'
import { conflict, required } from './setting-problem.ts'
import type { SideFiles } from './side-files.ts'

const CYCLES_MAX = 1e9

type OverlayKey = 'overlay' | 'degree' | 'viewSize'
type RowsKey = 'shards' | 'rowsPerPeer' | 'correlate'

/**
 * The trial of a cell, with seed 0.
 *
 * @param form - Its settings, merged.
 * @throws {@link SettingProblem} where settings are missing or cannot go together.
 */
export function trialOf(form: SettingForm, files: SideFiles, isReduced: boolean): LearningTrial {
  const data = dataOf(form.data, files)
  const peers = required(form.peers, ['peers'], 'the number of peers')
  const cycleMs = cycleOf(form)
  const cycles = cyclesOf(form, cycleMs)
  const { learner, bias } = learnerOf(form.learner ?? {})
  const method = methodOf(form.method ?? { kind: 'gossip' }, { learner, peers, cycleMs })
  const scenario: ScenarioOptions = {
    ...{ peers, seed: 0, periodMs: cycleMs, jitter: form.jitter ?? 0 },
    ...overlayOf(form.overlay ?? { kind: 'static' }, peers),
    ...networkOf(form.network ?? {}, cycleMs, files),
    ...churnOf(form, peers, cycleMs, files),
    ...{ learner, bias, ...method, ...rowsOf(form), ...speedsOf(form) },
    ...{ evaluate: form.measure?.peers ?? 1, guard: form.guard ?? false, backend: form.backend ?? 'auto' },
  }
  const faults = form.faults && faultsOf(form.faults, cycleMs)
  probeScenario(scenario, faults)
  return {
    ...{ task: 'learning', data, scenario, cycles },
    measureAt: measureAt(form.measure?.at ?? 'log', cycles, isReduced),
    ...(faults !== undefined && { faults }),
    ...(form.stop !== undefined && { stopBelow: form.stop.error }),
  }
}

function cycleOf({ cycle }: SettingForm): number {
  const cycleMs =
    'ms' in required(cycle, ['cycle'], 'what a cycle lasts, such as 10 s') ? (cycle as { ms: number }).ms : 0
  if (cycleMs >= 1 && cycleMs <= ScenarioLimit.periodMsMax) return cycleMs
  return conflict(['cycle'], `a cycle lasts 1 … ${ScenarioLimit.periodMsMax} ms, not ${cycleMs} ms`)
}

function cyclesOf({ duration }: SettingForm, cycleMs: number): number {
  const cycles = toCycles(required(duration, ['duration'], 'how long a run is, such as 1000 cycles'), cycleMs)
  if (cycles > CYCLES_MAX) conflict(['duration'], `${cycles} cycles are more than ${CYCLES_MAX}`)
  if (Number.isInteger(cycles)) return cycles
  const [below, above] = [Math.floor(cycles), Math.ceil(cycles)]
  const near = below === 0 ? `${above}` : `${below} or ${above}`
  return conflict(['duration'], `a run is a whole number of cycles, not ${cycles}: give ${near} cycles`)
}

/** Overlays that are fixed graphs. */
const GRAPHS: readonly Overlay[] = ['static', 'scale-free', 'regular', 'ring', 'random']

function overlayOf({ kind, degree, viewSize }: OverlayForm, peers: number): Pick<ScenarioOptions, OverlayKey> {
  const path = ['overlay', 'degree']
  if (degree !== undefined) {
    if (!GRAPHS.includes(kind)) conflict(path, `overlay.degree is of ${orList(GRAPHS)}, not of ${kind}`)
    if (degree >= peers) conflict(path, `a degree of ${degree} needs more than ${degree} peers, not ${peers}`)
  }
  if (degree !== undefined && (kind === 'regular' || kind === 'ring') && !isRegular(degree, peers)) {
    conflict(path, `${peers} peers cannot all have a degree of ${degree}: take one that is even`)
  }
  if (viewSize !== undefined && kind !== 'newscast') {
    conflict(['overlay', 'viewSize'], `overlay.viewSize is of newscast, not of ${kind}`)
  }
  return { overlay: kind, ...(degree !== undefined && { degree }), ...(viewSize !== undefined && { viewSize }) }
}

/** Whether there is a graph without direction in which all have this degree, and which is not in pairs. */
function isRegular(degree: number, peers: number): boolean {
  return degree === 1 ? peers === 2 : (degree * peers) % 2 === 0
}

function rowsOf({ shards = { kind: 'iid' }, rowsPerPeer, correlate }: SettingForm): Pick<ScenarioOptions, RowsKey> {
  if (rowsPerPeer === undefined) return { shards, ...(correlate !== undefined && { correlate }) }
  if (correlate !== undefined)
    conflict(['rowsPerPeer'], 'correlate says itself who gets which rows: leave rowsPerPeer out')
  if (shards.kind !== 'iid')
    conflict(['rowsPerPeer'], `rows per peer are chosen for iid shards only, not for ${shards.kind}`)
  return { shards, rowsPerPeer }
}

function speedsOf({ speeds }: SettingForm): Pick<ScenarioOptions, 'speeds'> {
  if (speeds?.classes !== undefined) return { speeds: { kind: 'classes', ...speeds.classes } }
  return speeds?.lognormal === undefined ? {} : { speeds: { kind: 'lognormal', ...speeds.lognormal } }
}
