import { describe, expect, test, vi } from 'vitest'
import { HearsayProcess, isAlive, type Line } from './hearsay-process.ts'
import { PATIENCE } from './patience.ts'

// Real processes and sockets: what one machine can do to a swarm.

const PEERS = 8
/** Long enough to learn and for views to forget the dead, also where a slow machine tells late that the run is under way. */
const CYCLES = 200
/** After these, nobody has a descriptor of a peer any more that has died before. */
const FORGETTING_CYCLES = 60

/** A swarm that ends only when it is made to. */
function endless(peers: number, ...more: readonly string[]): HearsayProcess {
  const size = ['--peers', `${peers}`, '--processes', '2', '--period', '100', '--cycles', '100000']
  return new HearsayProcess('swarm', ...size, ...more)
}

/** Orphans that have ended keep their number until the system takes note of it. */
async function gone(pids: readonly number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), PATIENCE)
}

interface Spread {
  readonly mean: number
  readonly min: number
  readonly max: number
}

interface Errors {
  readonly gossip: Spread | null
  readonly isolated: Spread | null
  readonly centralised: number
}

const isSummary = ({ type }: Line): boolean => type === 'summary'
const isProgress = ({ type }: Line): boolean => type === 'progress'
/** All peers take part, and each has learned from others, whom it therefore knows: of those that are killed then, nobody depends. */
const isUnderWay =
  (peers: number) =>
  ({ type, cycle, online, error }: Line): boolean =>
    type === 'progress' && Number(cycle) >= 10 && online === peers && ((error as Spread | null)?.max ?? 1) < 0.3

function pidsOf(start: Line): number[] {
  return (start['processes'] as { readonly pid: number }[]).map(({ pid }) => pid)
}

describe('a swarm in two processes', () => {
  test('learns, tells how it goes, and ends by itself', async () => {
    const swarm = endless(PEERS, '--seed', '3', '--cycles', `${CYCLES}`)
    expect(await swarm.ended).toBe(0)
    expect(swarm.stderr).toBe('')
    const [start, ...rest] = swarm.lines
    expect(start).toMatchObject({ type: 'start', peers: PEERS, cycles: CYCLES, seed: 3, trainingRows: 4140 })
    const summary = rest.at(-1) as Line
    expect(rest.slice(0, -1).map(({ type }) => type)).toEqual(rest.slice(0, -1).map(() => 'progress'))
    const cycles = rest.slice(0, -1).map(({ cycle }) => Number(cycle))
    expect(cycles).toEqual(cycles.toSorted((a, b) => a - b))
    expect(cycles[0]).toBeLessThan(CYCLES)
    expect(rest.at(-2)).toMatchObject({ cycle: CYCLES, online: PEERS })
    expect(summary).toMatchObject({
      type: 'summary',
      ...{ peers: PEERS, online: PEERS, lost: 0, processes: 2, processesLost: 0, cycles: CYCLES },
      ...{ interrupted: false, orphaned: false, refused: 0, deadInViews: 0, seed: 3 },
    })
    const { gossip, isolated, centralised } = summary['error'] as Errors
    expect(centralised).toBeLessThan(0.12)
    expect(gossip?.mean).toBeLessThan(0.2)
    expect(gossip?.min).toBeLessThanOrEqual(gossip?.max ?? 0)
    expect(isolated?.mean).toBeGreaterThan(0)
    const { bytesIn, bytesOut, modelsIn, modelsOut } = summary as unknown as Record<string, number>
    expect(modelsIn).toBeGreaterThan(PEERS * 5)
    expect(modelsOut).toBeGreaterThanOrEqual(modelsIn)
    expect(summary['bytesPerPeer']).toBe(Math.round((bytesIn + bytesOut) / PEERS))
    // A model has 57 weights of 4 bytes.
    expect(bytesIn).toBeGreaterThan(modelsIn * 228)
    await gone(pidsOf(start))
  })

  test('loses only the peers of the process that is killed, be it the first', async () => {
    const swarm = endless(PEERS)
    const [first, second] = pidsOf(await swarm.line(({ type }) => type === 'start'))
    await swarm.line(isUnderWay(PEERS))
    process.kill(first, 'SIGKILL')
    const lost = await swarm.line(({ type }) => type === 'process-lost')
    expect(lost).toMatchObject({ process: 0, pid: first, peers: PEERS / 2, online: PEERS / 2, reason: 'SIGKILL' })
    expect(isAlive(second)).toBe(true)
    const cycle = Math.max(...swarm.lines.filter(isProgress).map((line) => Number(line['cycle'])))
    await swarm.line((line) => {
      if (!isProgress(line) || Number(line['cycle']) < cycle + FORGETTING_CYCLES) return false
      // Nobody is online, and nothing to be measured, while all have stalled.
      return ((line['error'] as Spread | null)?.mean ?? 1) < 0.15
    })
    swarm.signalGroup('SIGINT')
    expect(await swarm.ended).toBe(130)
    const summary = swarm.lines.at(-1) as Line
    expect(summary).toMatchObject({
      type: 'summary',
      ...{ peers: PEERS, online: PEERS / 2, lost: PEERS / 2, processesLost: 1, interrupted: true, deadInViews: 0 },
    })
    expect((summary['error'] as Errors).gossip?.mean).toBeLessThan(0.2)
  })

  test('goes on without the process that started it, and tells the summary itself', async () => {
    const swarm = endless(PEERS, '--cycles', `${CYCLES}`)
    const workers = pidsOf(await swarm.line(({ type }) => type === 'start'))
    await swarm.line(isUnderWay(PEERS))
    swarm.signal('SIGKILL')
    await swarm.ended
    const summaries = swarm.lines.filter(isSummary)
    expect(summaries).toHaveLength(1)
    expect(summaries[0]).toMatchObject({
      ...{ orphaned: true, peers: PEERS, online: PEERS, lost: 0, processesLost: 0, cycles: CYCLES },
    })
    const { gossip, isolated, centralised } = summaries[0]['error'] as Errors
    expect(gossip?.mean).toBeLessThan(0.2)
    expect(isolated).not.toBeNull()
    expect(centralised).toBeLessThan(0.12)
    await gone(workers)
  })

  test('goes on when the process that started it and the first worker are both killed', async () => {
    const swarm = endless(PEERS, '--cycles', `${CYCLES}`)
    const [first] = pidsOf(await swarm.line(({ type }) => type === 'start'))
    await swarm.line(isUnderWay(PEERS))
    swarm.signal('SIGKILL')
    process.kill(first, 'SIGKILL')
    await swarm.ended
    expect(swarm.lines.filter(isSummary)).toMatchObject([
      { orphaned: true, peers: PEERS, online: PEERS / 2, lost: PEERS / 2, processesLost: 1, deadInViews: 0 },
    ])
  })

  test('ends in good order at Ctrl-C, with the results so far', async () => {
    const swarm = endless(4)
    const workers = pidsOf(await swarm.line(({ type }) => type === 'start'))
    await swarm.line(isUnderWay(4))
    swarm.signalGroup('SIGINT')
    expect(await swarm.ended).toBe(130)
    const summary = swarm.lines.at(-1) as Line
    expect(summary).toMatchObject({ type: 'summary', interrupted: true, online: 4, lost: 0, processesLost: 0 })
    expect((summary['error'] as Errors).isolated).not.toBeNull()
    await gone(workers)
  })

  test('leaves nothing behind at a second Ctrl-C', async () => {
    const swarm = endless(4)
    const workers = pidsOf(await swarm.line(({ type }) => type === 'start'))
    swarm.signalGroup('SIGINT')
    swarm.signalGroup('SIGINT')
    expect(await swarm.ended).toBe(130)
    await gone(workers)
  })
})
