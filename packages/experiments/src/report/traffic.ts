import type { Results } from '../results/results.ts'
import type { PeerMeasurement } from '../trial/trial-result.ts'
import { type Group, groupsOf, type Setting } from './groups.ts'
import { average } from './statistics/interval.ts'

/** What goes through single peers in a whole run: averages over seeds, in bytes. */
export interface Traffic {
  readonly contestant: string
  readonly setting: Setting
  /** The mean server; absent where nobody coordinates. */
  readonly server?: Load | undefined
  /** The median and the busiest of the peers that are no servers. */
  readonly median: Load
  readonly max: Load
}

export interface Load {
  readonly sent: number
  readonly received: number
}

/** The server's load beside that of peers, by setting and contestant. */
export function traffic(results: Results): Traffic[] {
  return groupsOf(results).map((group) => {
    const { contestant, setting } = group
    const server = loadOf(group, 'server', average)
    return {
      contestant,
      setting,
      ...(Number.isNaN(server.sent) ? {} : { server }),
      median: loadOf(group, 'peer', median),
      max: loadOf(group, 'peer', (values) => Math.max(...values)),
    }
  })
}

function loadOf({ cells }: Group, role: PeerMeasurement['role'], of: (values: number[]) => number): Load {
  const mean = (field: 'bytesSent' | 'bytesReceived'): number => {
    const runs = cells.map(({ result }) => result.peers.filter((peer) => peer.role === role).map((peer) => peer[field]))
    return average(runs.filter((values) => values.length > 0).map(of))
  }
  return { sent: mean('bytesSent'), received: mean('bytesReceived') }
}

function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const half = ascending.length >> 1
  return ascending.length % 2 === 1 ? ascending[half] : (ascending[half - 1] + ascending[half]) / 2
}
