import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { readResults } from '@hearsay/experiments/results'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { HearsayProcess, isAlive, type Line } from './hearsay-process.ts'
import { PATIENCE } from './patience.ts'

// `hearsay swarm --compare`: gossip and then federated learning, in real processes over real sockets.

const PEERS = 6
const CYCLES = 40
/** A run must not be over before a test that waits for its middle has heard of it, also on a busy machine. */
const PERIOD_MS = 250

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hearsay-compare-'))
})
afterAll(() => rm(folder, { recursive: true }))

function compare(name: string, ...more: readonly string[]): HearsayProcess {
  const size = ['--peers', `${PEERS}`, '--processes', '2', '--period', `${PERIOD_MS}`, '--cycles', `${CYCLES}`]
  return new HearsayProcess('swarm', '--compare', '--out', path.join(folder, name), ...size, ...more)
}

interface Compared {
  readonly method: string
  readonly error: { readonly mean: number; readonly min: number; readonly max: number }
  readonly online: number
  readonly steps: number
  readonly sent?: { readonly all: Sent; readonly models: Sent }
  readonly serverSent?: { readonly all: number; readonly models: number }
}

interface Sent {
  readonly median: number
  readonly max: number
}

function pidsOf(start: Line): number[] {
  return (start['processes'] as { readonly pid: number }[]).map(({ pid }) => pid)
}

function isStartOf(method: string): (line: Line) => boolean {
  return (line) => line.type === 'start' && line['method'] === method
}

function isUnderWay(method: string): (line: Line) => boolean {
  return (line) => line.type === 'progress' && line['method'] === method && Number(line['modelsIn']) > PEERS
}

async function gone(pids: readonly number[]): Promise<void> {
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), PATIENCE)
}

describe('a comparison of gossip with federated learning', () => {
  test('runs both, tells both, and leaves results and a report', async () => {
    const swarm = compare('whole', '--seed', '2')
    expect(await swarm.ended).toBe(0)
    expect(swarm.stderr).toBe('')
    const told = swarm.lines.map(({ type, method }) => (type === 'progress' ? '' : `${type} ${method ?? ''}`.trim()))
    const [gossip, fedavg] = ['gossip', 'fedavg']
    expect(told.filter((text) => text !== '')).toEqual([
      ...[`start ${gossip}`, `summary ${gossip}`, `start ${fedavg}`, `summary ${fedavg}`, 'comparison', 'report'],
    ])
    const [comparison, report] = swarm.lines.slice(-2)
    expect(comparison).toMatchObject({ peers: PEERS, cycles: CYCLES, periodMs: PERIOD_MS, roundMs: 2 * PERIOD_MS })
    const methods = comparison['methods'] as readonly Compared[]
    expect(methods.map(({ method }) => method)).toEqual(['gossip', 'fedavg', 'isolated', 'centralised'])
    const [byGossip, federated, isolated, centralised] = methods
    for (const { error, online } of [byGossip, federated]) {
      expect(online).toBe(PEERS)
      expect(error.mean).toBeLessThan(0.2)
    }
    expect(centralised.error.mean).toBeLessThan(0.12)
    // What peers would have learned alone is the same, whether they or their parent work it out.
    const summaries = swarm.lines.filter(({ type }) => type === 'summary')
    const told1 = (summaries[0]['error'] as { isolated: Compared['error'] }).isolated
    expect(isolated.error.mean).toBeCloseTo(told1.mean, 12)
    expect([isolated.error.min, isolated.error.max]).toEqual([told1.min, told1.max])
    expect(isolated.steps).toBe(byGossip.steps)
    expect(federated.serverSent?.models).toBe(federated.sent?.models.max)
    expect(federated.serverSent?.models).toBeGreaterThan(3 * (federated.sent?.models.median ?? 0))
    expect(isolated).not.toHaveProperty('sent')
    await sameAsResults(path.join(folder, 'whole'), methods, summaries)
    expect(report['report']).toBe(path.join(folder, 'whole', 'report.html'))
    const html = await readFile(String(report['report']), 'utf8')
    for (const { method } of methods) expect(html).toContain(method)
    await gone(swarm.lines.filter(({ type }) => type === 'start').flatMap(pidsOf))
  })

  test('compares networks as it does linear models', async () => {
    const swarm = compare(
      'networks',
      ...['--model', 'mlp', '--dataset', 'digits', '--hidden', '8', '--backend', 'cpu', '--epochs', '2'],
      ...['--peers', '3', '--cycles', '12', '--period', '250'],
    )
    expect(await swarm.ended).toBe(0)
    expect(swarm.stderr).toBe('')
    const starts = swarm.lines.filter(({ type }) => type === 'start')
    expect(starts.map(({ model, method }) => [model, method])).toEqual([
      ['mlp 64-8-10', 'gossip'],
      ['mlp 64-8-10', 'fedavg'],
    ])
    const { methods } = swarm.lines.at(-2) as unknown as { readonly methods: readonly Compared[] }
    expect(methods.map(({ method }) => method)).toEqual(['gossip', 'fedavg', 'isolated', 'centralised'])
    const [, , isolated, centralised] = methods
    expect(centralised.error.mean).toBeLessThan(0.15)
    // 1540 rows of all, once a cycle.
    expect(centralised.steps).toBe(12 * Number(starts[0]['trainingRows']))
    expect(isolated.error.min).toBeGreaterThanOrEqual(0)
    const { cells } = await readResults(path.join(folder, 'networks'))
    expect(cells.map(({ contestant }) => contestant)).toEqual(methods.map(({ method }) => method))
    expect(cells[2].result.series.at(-1)?.mean).toBeCloseTo(isolated.error.mean, 12)
    expect(existsSync(path.join(folder, 'networks', 'report.html'))).toBe(true)
  })

  test('goes on when a worker is killed in either run, be it the server’s', async () => {
    const swarm = compare('killed', '--method', 'fedprox', '--cycles', '60')
    const [, second] = pidsOf(await swarm.line(isStartOf('gossip')))
    await swarm.line(isUnderWay('gossip'))
    process.kill(second, 'SIGKILL')
    const [first] = pidsOf(await swarm.line(isStartOf('fedprox')))
    await swarm.line((line) => isUnderWay('fedprox')(line) && Number(line['age']) > 0)
    process.kill(first, 'SIGKILL')
    expect(await swarm.ended).toBe(0)
    const summaries = swarm.lines.filter(({ type }) => type === 'summary')
    const half = { peers: PEERS, online: PEERS / 2, lost: PEERS / 2, processesLost: 1, cycles: 60 }
    expect(summaries).toMatchObject([
      { ...half, method: 'gossip' },
      { ...half, method: 'fedprox' },
    ])
    const { federated } = summaries[1]['error'] as { federated: Compared['error'] }
    // The clients have kept the last model that they had of the server.
    expect(federated.mean).toBeLessThan(0.35)
    const results = await readResults(path.join(folder, 'killed'))
    const [, byServer] = results.cells
    expect(byServer.result.series.at(-1)).toMatchObject({ cycle: 60, online: PEERS / 2 })
  })

  test('ends in good order at Ctrl-C in the first run, and starts no second', async () => {
    const swarm = compare('first', '--cycles', '100000')
    const workers = pidsOf(await swarm.line(isStartOf('gossip')))
    await swarm.line(isUnderWay('gossip'))
    swarm.signalGroup('SIGINT')
    expect(await swarm.ended).toBe(130)
    expect(swarm.lines.at(-1)).toMatchObject({ type: 'summary', method: 'gossip', interrupted: true })
    expect(existsSync(path.join(folder, 'first'))).toBe(false)
    await gone(workers)
  })

  test('ends in good order at Ctrl-C in the second run, with what there is', async () => {
    const swarm = compare('second', '--cycles', '60')
    const first = pidsOf(await swarm.line(isStartOf('gossip')))
    const second = pidsOf(await swarm.line(isStartOf('fedavg')))
    await swarm.line(isUnderWay('fedavg'))
    swarm.signalGroup('SIGINT')
    expect(await swarm.ended).toBe(130)
    const last = swarm.lines.at(-1) as Line
    expect(last).toMatchObject({ type: 'comparison', interrupted: true })
    expect((last['methods'] as readonly Compared[]).map(({ online }) => online)).toEqual([PEERS, PEERS, PEERS, 1])
    expect(existsSync(path.join(folder, 'second'))).toBe(false)
    await gone([...first, ...second])
  })
})

/** Holds the stored results against what was told. */
async function sameAsResults(place: string, methods: readonly Compared[], summaries: readonly Line[]): Promise<void> {
  const { manifest, cells } = await readResults(place)
  expect(manifest.experiment).toMatchObject({ name: 'swarm', contestants: methods.map(({ method }) => method) })
  expect(cells.map(({ contestant, seed }) => [contestant, seed])).toEqual(methods.map(({ method }) => [method, 2]))
  for (const [index, { result }] of cells.entries()) {
    const last = result.series.at(-1)
    expect(last).toMatchObject({ cycle: CYCLES, timeMs: CYCLES * PERIOD_MS, steps: methods[index].steps })
    expect(last?.mean).toBeCloseTo(methods[index].error.mean, 12)
    const summary = summaries[index]
    if (summary === undefined) continue
    // All bytes of the table of peers, of the curve and of the summary are those that the transports have counted.
    expect(last?.bytes).toBe(summary['bytesOut'])
    expect(result.peers.reduce((sum, { bytesSent }) => sum + bytesSent, 0)).toBe(summary['bytesOut'])
    expect(result.peers.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0)).toBe(summary['bytesIn'])
    expect(result.peers.map(({ role }) => role)).toEqual(
      Array.from({ length: PEERS }, (_, peer) => (index === 1 && peer === 0 ? 'server' : 'peer')),
    )
  }
}
