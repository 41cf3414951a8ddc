import { expect, test } from 'vitest'
import { HearsayProcess, type Line } from './hearsay-process.ts'

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

  const age = ask('mean', '--of', 'age')
  expect(await age.ended).toBe(3)
  expect(age.stderr).toBe('hearsay: the swarm does not aggregate age: it has error\n')

  // Who asks once gets the last epoch that has ended; which one, is up to the moment. So mean and maximum are compared
  // within one epoch: a mean of 1, from before anything was learned, is above the maximum of the next.
  const once = ask('mean')
  expect(await once.ended).toBe(0)
  expect(once.lines).toMatchObject([{ type: 'aggregate', aggregate: 'mean', of: 'error' }])
  const [means, maxima] = [ask('mean', '--watch'), ask('max', '--of', 'error', '--watch')]
  const maximumOf = (epoch: unknown): Line | undefined => maxima.lines.find((line) => line['epoch'] === epoch)
  const mean = await means.line(({ epoch }) => maximumOf(epoch) !== undefined)
  const maximum = maximumOf(mean['epoch'])
  expect(Number(mean['value'])).toBeGreaterThan(0)
  expect(Number(mean['value'])).toBeLessThanOrEqual(Number(maximum?.['value']) + 1e-6)
  for (const watcher of [means, maxima]) watcher.signalGroup('SIGINT')
  expect(await Promise.all([means.ended, maxima.ended])).toEqual([130, 130])

  // Every epoch is a line, until Ctrl-C.
  const epoch = Number(counted['epoch'])
  await watching.line((line) => Number(line['epoch']) > epoch)
  watching.signalGroup('SIGINT')
  expect(await watching.ended).toBe(130)
  const epochs = watching.lines.map((line) => Number(line['epoch']))
  expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b))

  swarm.signalGroup('SIGINT')
  expect(await swarm.ended).toBe(130)
  // All who were there at the end had counted.
  expect(swarm.lines.at(-1)).toMatchObject({ type: 'summary', counted: expect.any(Number) as number })
})
