import { parseSessionTrace } from '@hearsay/simulator'
import type { Churn, ChurnOptions, Crash, Growth, RecordedSessions } from '../../scenario/churn/churn-options.ts'
import type { ChurnForm, CrashForm, JoinForm } from '../form/churn-form.ts'
import type { SettingForm } from '../form/setting-form.ts'
import { toCycles } from '../units/duration.ts'
import type { InCycles } from './network-of.ts'
import { conflict, defined } from './setting-problem.ts'
import type { SideFiles } from './side-files.ts'

/** When peers are there. */
export function churnOf(form: SettingForm, peers: number, cycleMs: number, files: SideFiles): ChurnOptions {
  const inCycles: InCycles = (duration) => toCycles(duration, cycleMs)
  const { churn, crash, join, loseState, network, measure } = form
  const options: ChurnOptions = defined({
    churn: churn && sessionsOf(churn, inCycles, files),
    crash: crash?.map((one, index) => crashOf(one, index, inCycles)),
    join: join && growthOf(join, peers, inCycles),
    loseState: loseState === 0 ? undefined : loseState,
    wholeTransfers: network?.wholeTransfers === true ? true : undefined,
    measure: measure?.of,
  })
  checkAbsences(options)
  return options
}

/** What only matters where peers are away at times. */
function checkAbsences({ churn, crash, join, loseState, wholeTransfers }: ChurnOptions): void {
  if (churn !== undefined || crash !== undefined || join !== undefined) return
  const problem = 'has no effect on peers that stay online: add churn or crash'
  if (loseState !== undefined) conflict(['loseState'], `loseState ${problem}`)
  if (wholeTransfers === true) conflict(['network', 'wholeTransfers'], `network.wholeTransfers ${problem}`)
}

function sessionsOf(form: ChurnForm, inCycles: InCycles, files: SideFiles): Churn {
  const { exponential, lognormal, trace } = form
  if (exponential !== undefined) {
    return { kind: 'exponential', mean: inCycles(exponential.mean), online: exponential.online }
  }
  if (lognormal !== undefined) {
    const { median, sigma, online } = lognormal
    return { kind: 'lognormal', median: inCycles(median), sigma, online }
  }
  if (trace === undefined) return { kind: 'smartphone' }
  const sessions = files.parse(trace.file, ['churn', 'trace', 'file'], readSessions)
  return { kind: 'trace', trace: sessions, isLoop: trace.loop ?? false }
}

/** As plain values, which survive JSON. */
function readSessions(text: string, path: string): RecordedSessions {
  const { peers, starts, onlineMs, offlineMs } = parseSessionTrace(text, path)
  return { peers, starts: [...starts], onlineMs: [...onlineMs], offlineMs: [...offlineMs] }
}

function crashOf({ at, until, share }: CrashForm, index: number, inCycles: InCycles): Crash {
  const from = inCycles(at)
  if (until === undefined) return { at: from, share }
  const back = inCycles(until)
  if (back <= from) conflict(['crash', index, 'until'], 'peers are back after they went down, not before')
  return { at: from, until: back, share }
}

function growthOf({ initial, perCycle, from }: JoinForm, peers: number, inCycles: InCycles): Growth {
  if (initial > peers) conflict(['join', 'initial'], `${initial} of ${peers} peers cannot be there from the start`)
  return { initial, rate: perCycle, from: from === undefined ? 0 : inCycles(from) }
}
