import type { SwarmSummary } from './events.ts'
import type { Ledger } from './ledger.ts'
import type { SummaryFacts } from './messages.ts'

/** How a swarm has ended. */
export interface Ending {
  readonly peers: number
  readonly processes: number
  readonly processesLost: number
  readonly interrupted: boolean
  readonly orphaned: boolean
  readonly periodMs: number
  /** On the clock of the ledger's reports. */
  readonly nowMs: number
  readonly unixNowMs: number
}

/** Puts the summary together: of the peers that have reached the end, whoever tells it. */
export function summarise(ledger: Ledger, facts: SummaryFacts, ending: Ending): SwarmSummary {
  const { nowMs, unixNowMs, ...how } = ending
  const { cycle, error, ...totals } = ledger.totals(nowMs)
  const { method, centralised, startedUnixMs, ...known } = facts
  const counted = ledger.counted(nowMs)
  return {
    ...{ type: 'summary', method },
    error: {
      ...(method === 'gossip' ? { gossip: error } : { federated: error }),
      ...{ isolated: ledger.isolatedErrors(nowMs), centralised },
    },
    bytesPerPeer: ledger.bytesPerPeer(nowMs),
    sent: ledger.sent(nowMs),
    ...(method === 'gossip' ? {} : { serverSent: ledger.sentBy(0) }),
    ...how,
    ...totals,
    ...(counted === undefined ? {} : { counted }),
    lost: ledger.lost,
    cycles: cycle,
    deadInViews: ledger.deadInViews,
    ...known,
    seconds: Math.round(unixNowMs - startedUnixMs) / 1000,
  }
}
