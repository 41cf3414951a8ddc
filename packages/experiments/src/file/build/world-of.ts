import { type Overlay, ScenarioLimit, type WorldOptions } from '../../scenario/scenario-options.ts'
import type { TrialCourse } from '../../trial/trial-settings.ts'
import { orList } from '../form/leaf.ts'
import type { OverlayForm, SettingForm } from '../form/setting-form.ts'
import { toCycles } from '../units/duration.ts'
import { churnOf } from './churn-of.ts'
import { faultsOf } from './faults-of.ts'
import { measureAt } from './measure-at.ts'
import { networkOf } from './network-of.ts'
import { conflict, defined, required } from './setting-problem.ts'
import type { SideFiles } from './side-files.ts'

const CYCLES_MAX = 1e9

type OverlayKey = 'overlay' | 'degree' | 'viewSize' | 'onlineNeighbours'

/** Settings that every run has. */
export interface World {
  /** With seed 0. */
  readonly options: WorldOptions
  readonly course: TrialCourse
}

/** @throws {@link SettingProblem} where settings are missing, or cannot go together. */
export function worldOf(form: SettingForm, files: SideFiles, isReduced: boolean): World {
  const peers = required(form.peers, ['peers'], 'the number of peers')
  const cycleMs = cycleOf(form)
  const cycles = cyclesOf(form, cycleMs)
  const options: WorldOptions = {
    ...{ peers, seed: 0, periodMs: cycleMs, jitter: form.jitter ?? 0 },
    ...overlayOf(form.overlay ?? { kind: 'static' }, peers),
    ...networkOf(form.network ?? {}, cycleMs, files),
    ...churnOf(form, peers, cycleMs, files),
    evaluate: form.measure?.peers ?? 1,
  }
  const faults = form.faults && faultsOf(form.faults, cycleMs)
  const times = { cycles, measureAt: measureAt(form.measure?.at ?? 'log', cycles, isReduced) }
  return { options, course: { ...times, ...(faults !== undefined && { faults }) } }
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
  const near = below === 0 ? '1 cycle' : `${below} or ${above} cycles`
  return conflict(['duration'], `a run is a whole number of cycles, not ${cycles}: give ${near}`)
}

/** Overlays that are fixed graphs. */
const GRAPHS: readonly Overlay[] = ['static', 'scale-free', 'regular', 'ring', 'random']

function overlayOf({ kind, degree, viewSize, online }: OverlayForm, peers: number): Pick<WorldOptions, OverlayKey> {
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
  if (online !== undefined && !GRAPHS.includes(kind)) {
    conflict(['overlay', 'online'], `overlay.online is of ${orList(GRAPHS)}, not of ${kind}`)
  }
  return defined({ overlay: kind, degree, viewSize, onlineNeighbours: online === true ? true : undefined })
}

/** Whether there is a graph without direction in which all have this degree, and which is not in pairs. */
function isRegular(degree: number, peers: number): boolean {
  return degree === 1 ? peers === 2 : (degree * peers) % 2 === 0
}
