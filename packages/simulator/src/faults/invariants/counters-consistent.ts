import type { SimulationCounters } from '../../simulation-counters.ts'
import type { Invariant, ObservedRun } from './invariant.ts'

/** What the counters of a run say is what has happened in it, and no more messages arrive than are under way. */
export function countersConsistent(): Invariant {
  let run: ObservedRun | undefined
  const seen = { sent: 0, copies: 0, timer: 0, message: 0, refused: 0, missed: 0 }
  return {
    name: 'counters consistent',
    begin: (observed) => {
      run = observed
    },
    onSend: ({ copies }) => {
      seen.sent++
      seen.copies += copies
      return undefined
    },
    onEvent: ({ what }) => {
      if (what in seen) seen[what as 'timer' | 'message' | 'refused' | 'missed']++
      const arrived = seen.message + seen.refused + seen.missed
      if (arrived > seen.copies) return `${arrived} messages have arrived of ${seen.copies} that were to`
      return run === undefined ? undefined : difference(run.counters, seen)
    },
  }
}

type Seen = Readonly<Record<'sent' | 'copies' | 'timer' | 'message' | 'refused' | 'missed', number>>

function difference(counters: SimulationCounters, seen: Seen): string | undefined {
  const copies = counters.sent - counters.lost + counters.duplicated
  const pairs: readonly (readonly [string, number, number])[] = [
    ['sent', counters.sent, seen.sent],
    ['sent - lost + duplicated', copies, seen.copies],
    ['timeouts', counters.timeouts, seen.timer],
    ['delivered', counters.delivered, seen.message],
    ['refused', counters.refused, seen.refused],
    ['missed', counters.missed, seen.missed],
  ]
  const wrong = pairs.find(([, told, counted]) => told !== counted)
  return wrong === undefined ? undefined : `${wrong[0]} is said to be ${wrong[1]}, and is ${wrong[2]}`
}
