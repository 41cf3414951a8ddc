import { expect, test } from 'vitest'
import { HearsayProcess } from './hearsay-process.ts'

// `hearsay aggregate` asks a swarm of processes that learns.

const PEERS = 8
const SWARM = [
  'swarm',
  '--peers',
  `${PEERS}`,
  '--processes',
  '2',
  '--period',
  '100',
  '--cycles',
  '100000',
  '--seed',
  '1',
]

test('any peer of a learning swarm tells how many there are, and what their error is', async () => {
  const swarm = new HearsayProcess(...SWARM)
  const address = String((await swarm.line(({ type }) => type === 'start'))['address'])
  const ask = (...argv: readonly string[]): HearsayProcess =>
    new HearsayProcess('aggregate', ...argv, '--join', address)

  // It waits for the first epoch to end.
  const watching = ask('count', '--watch')
  const counted = await watching.line(({ value }) => Math.abs(Number(value) / PEERS - 1) < 0.1)
  expect(counted).toMatchObject({ type: 'aggregate', aggregate: 'count', count: counted['value'] })

  const [mean, worst, age] = [ask('mean'), ask('max', '--of', 'error'), ask('mean', '--of', 'age')]
  expect(await Promise.all([mean.exited, worst.exited, age.exited])).toEqual([0, 0, 3])
  await Promise.all([mean.closed, worst.closed, age.closed])
  expect(mean.lines).toMatchObject([{ type: 'aggregate', aggregate: 'mean', of: 'error' }])
  expect(Number(mean.lines[0]['value'])).toBeLessThanOrEqual(Number(worst.lines[0]['value']) + 1e-6)
  expect(age.stderr).toBe('hearsay: the swarm does not aggregate age: it has error\n')

  // Every epoch is a line, until Ctrl-C.
  const epoch = Number(counted['epoch'])
  await watching.line((line) => Number(line['epoch']) > epoch)
  watching.signalGroup('SIGINT')
  expect(await watching.exited).toBe(130)
  const epochs = watching.lines.map((line) => Number(line['epoch']))
  expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b))

  swarm.signalGroup('SIGINT')
  expect(await swarm.exited).toBe(130)
  await swarm.closed
  // All who were there at the end had counted.
  expect(swarm.lines.at(-1)).toMatchObject({ type: 'summary', counted: expect.any(Number) as number })
})
