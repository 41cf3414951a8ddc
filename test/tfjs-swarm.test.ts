import { expect, test } from 'vitest'
import { HearsayProcess, type Line } from './hearsay-process.ts'

// Real processes, sockets and threads: `hearsay swarm` trains a network with TensorFlow.js.

const MLP = ['swarm', '--model', 'mlp', '--dataset', 'digits', '--peers', '4', '--processes', '2', '--backend', 'cpu']

interface Mean {
  readonly mean: number
}

interface Errors {
  readonly gossip: Mean
  readonly isolated: null
  readonly centralised: number
}

/** Ends only when it is made to: how much is learned in a time is up to the machine. */
const LONG = ['--hidden', '24,16', '--period', '300', '--cycles', '100000', '--weights', 'float16']

test('a swarm trains a multilayer perceptron, and says once what computes', async () => {
  const swarm = new HearsayProcess(...MLP, ...LONG)
  await swarm.line(({ type, error }) => type === 'progress' && ((error ?? { mean: 1 }) as Mean).mean < 0.2)
  swarm.signalGroup('SIGINT')
  expect(await swarm.ended).toBe(130)
  expect(swarm.stderr).toBe('')
  const [start] = swarm.lines
  expect(start).toMatchObject({
    type: 'start',
    model: 'mlp 64-24-16-10',
    backend: 'TensorFlow.js computes with plain JavaScript',
  })
  expect(start).not.toHaveProperty('lambda')
  expect(swarm.lines.filter((line) => 'backend' in line)).toHaveLength(1)
  const summary = swarm.lines.at(-1) as Line
  expect(summary).toMatchObject({ type: 'summary', online: 4, lost: 0, refused: 0 })
  const { gossip, isolated, centralised } = summary['error'] as Errors
  expect(centralised).toBeLessThan(0.08)
  expect(gossip.mean).toBeLessThan(0.25)
  expect(isolated).toBeNull()
})

test('16 peers over TCP train a two-layer perceptron to within 3 points of the same network on all rows', async () => {
  const swarm = new HearsayProcess(
    ...['swarm', '--model', 'mlp', '--dataset', 'digits', '--peers', '16', '--processes', '2', '--hidden', '32'],
    ...['--epochs', '2', '--period', '1000', '--cycles', '100000'],
  )
  // How long that takes is up to the machine; what counts is that all of them get there.
  await swarm.line(({ type, online, error }) => {
    return type === 'progress' && online === 16 && error !== null && (error as { mean: number }).mean < 0.045
  })
  swarm.signalGroup('SIGINT')
  expect(await swarm.ended).toBe(130)
  const summary = swarm.lines.at(-1) as Line
  expect(summary).toMatchObject({ type: 'summary', interrupted: true, online: 16, lost: 0, refused: 0 })
  const { gossip, centralised } = summary['error'] as Errors
  expect(centralised).toBeLessThan(0.05)
  expect(gossip.mean - centralised).toBeLessThanOrEqual(0.03)
})

test('a backend that is not there is named, with what is the matter', async () => {
  const swarm = new HearsayProcess(...MLP.slice(0, -1), 'node')
  // Where tfjs-node is installed, there is nothing to tell.
  const outcome = await Promise.race([swarm.ended, swarm.line(({ type }) => type === 'start')])
  if (typeof outcome === 'object' && outcome !== null) expect(outcome['backend']).toContain('tfjs-node')
  else expect([outcome, swarm.stderr]).toEqual([3, expect.stringContaining('tfjs-node is not installed')])
})
