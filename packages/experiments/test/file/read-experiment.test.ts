import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EnvironmentError } from '@hearsay/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExperimentFileError, readExperiment } from '../../src/file/index.ts'
import { BASE, changed, learning, withSetting } from './base.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearsay-file-'))
  const rows = Array.from({ length: 60 }, (_, row) => `${row},${row % 7},${row % 2 === 0 ? 'ham' : 'spam'}`)
  await writeFile(join(folder, 'mails.csv'), `a,b,kind\n${rows.join('\n')}\n`)
  await writeFile(join(folder, 'delays.csv'), 'quantile,ms\n0,10\n1,20\n')
  await writeFile(join(folder, 'bad.csv'), 'quantile,ms\n0,10\n1,5\n')
  await writeFile(join(folder, 'sessions.csv'), 'peer,online_ms,offline_ms\n0,0,5000\n1,100,900\n')
})
afterAll(() => rm(folder, { recursive: true }))

async function read(
  text: string,
  options: { reduced?: boolean; checksData?: boolean } = {},
): ReturnType<typeof readExperiment> {
  const path = join(folder, 'base.yaml')
  await writeFile(path, text)
  return await readExperiment(path, options)
}

async function errorOf(text: string): Promise<string> {
  const error: unknown = await read(text).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ExperimentFileError)
  return (error as Error).message.replace(`${folder}/`, '')
}

describe('reading an experiment', () => {
  it('finds its data', async () => {
    const { cells } = await read(BASE)
    expect(learning(cells[0]).trial.data).toEqual({ source: { kind: 'named', name: 'spambase' }, scale: 'standardise' })
  })

  it('finds files beside it', async () => {
    const text = changed('data: spambase', 'data: {file: mails.csv, label: kind, testFraction: 0.2}')
      .replace('peers: 100', 'peers: 30')
      .replace('peers: 50', 'peers: 25')
      .replace('delay: 1 cycle', 'delay: {table: delays.csv}')
      .replace('  method: gossip', '  method: gossip\n  churn: {trace: {file: sessions.csv, loop: true}}')
    const { trial } = learning((await read(text)).cells[0])
    const path = join(folder, 'mails.csv')
    expect(trial.data.source).toEqual({ kind: 'file', path, label: 'kind', delimiter: 'comma', testFraction: 0.2 })
    expect(trial.scenario.delay).toMatchObject({ kind: 'table', table: { kind: 'quantiles', ms: [10, 20] } })
    expect(trial.scenario.churn).toMatchObject({ kind: 'trace', isLoop: true, trace: { peers: 2 } })
  })

  it('refuses data that are not there', async () => {
    expect(await errorOf(changed('data: spambase', 'data: spambas'))).toMatch(
      /^base.yaml:5:9: .*did you mean "spambase"/,
    )
    expect(await errorOf(changed('data: spambase', 'data: {name: mnist}'))).toMatch(/^base.yaml:5:16: .*fetch mnist/)
    expect(await errorOf(changed('data: spambase', 'data: {file: no.csv, label: x}'))).toMatch(
      /^base.yaml:5:16: .*no such file/,
    )
  })

  it('refuses columns and classes that are not there', async () => {
    const file = 'data: {file: mails.csv, label: kinds}'
    expect(await errorOf(changed('data: spambase', file))).toMatch(/^base.yaml:5:16: .*kinds/)
    const classes = 'data: {name: digits, classes: ["0", "ten"]}'
    expect(await errorOf(changed('data: spambase', classes))).toMatch(/^base.yaml:5:24: .*"ten"/)
  })

  it('refuses more peers than rows, and more parts than weights', async () => {
    expect(await errorOf(changed('peers: 100', 'peers: 5000'))).toMatch(/^base.yaml:6:10: .*4140/)
    expect(await errorOf(withSetting('shards: classes:3'))).toMatch(/^base.yaml:13:11: /)
    const parts = changed('{learner: {creation: MU}}', '{method: {kind: gossip, exchange: {partitioned: 500}}}')
    expect(await errorOf(parts)).toMatch(/^base.yaml:15:\d+: .*2 … 57/)
  })

  it('refuses files beside it that are not there or wrong', async () => {
    expect(await errorOf(changed('delay: 1 cycle', 'delay: {table: no.csv}'))).toMatch(
      /^base.yaml:10:28: .*no such file/,
    )
    expect(await errorOf(changed('delay: 1 cycle', 'delay: {table: bad.csv}'))).toMatch(/^base.yaml:10:28: .*bad.csv/)
    expect(await errorOf(withSetting('churn: {trace: {file: delays.csv}}'))).toMatch(/^base.yaml:13:25: .*delays.csv/)
  })

  it('may leave the data unread', async () => {
    expect((await read(changed('data: spambase', 'data: nowhere'), { checksData: false })).cells).toHaveLength(15)
  })

  it('refuses a file that is not there or too large', async () => {
    await expect(readExperiment(join(folder, 'none.yaml'))).rejects.toThrow(EnvironmentError)
    await expect(readExperiment(folder)).rejects.toThrow(/cannot be read/)
    await expect(read(`${BASE}# ${'x'.repeat(1 << 20)}\n`)).rejects.toThrow(/base.yaml:1:1: the file is larger/)
  })
})
