import { exploreSeed } from '@hearsay/simulator'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { explore, type ExploreFlags } from '../src/explore/explore.ts'
import { SHIPPED } from '../src/explore/subjects/shipped.ts'
import { Interruption } from '../src/interruption.ts'
import type { Session } from '../src/session.ts'
import { hearsay, jsonLines, RecordingStream, steppingClock } from './harness.ts'
import { GUARDS_AGES, LOSES_MASS, TRUSTS_AGES } from './planted-bugs.ts'

const PLANTED = [LOSES_MASS, TRUSTS_AGES, GUARDS_AGES]

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

async function explorePlanted(flags: ExploreFlags, overrides: Partial<Session> = {}) {
  const stdout = new RecordingStream()
  const stderr = new RecordingStream()
  const signal = new AbortController().signal
  const session = { stdout, stderr, signal, now: steppingClock(1), exitCode: 0, words: [], ...overrides }
  const code = await explore(flags, session as unknown as Session, PLANTED)
  return { code, stdout: stdout.text, stderr: stderr.text }
}

/** What a command line of `--explore` says, for {@link explorePlanted}. */
function parseReplay(command: string): ExploreFlags {
  const [, runs, seed, protocol] =
    /^hearsay simulate --explore (\d+) --seed (\d+) --protocol (\S+)$/.exec(command) ?? []
  return { explore: Number(runs), seed: Number(seed), protocol }
}

describe('planted bugs', () => {
  test.each([
    ['loses-mass', 'mass conserved', 'mass is not conserved'],
    ['trusts-ages', 'ages plausible', 'the age of the model is'],
  ])('%s is found within 100 seeds, and its replay is the same', async (protocol, invariant, problem) => {
    const found = await explorePlanted({ explore: 100, seed: 1, protocol, json: true })
    expect(found.code).toBe(1)
    const run = jsonLines(found.stdout).find(({ type }) => type === 'run')
    expect(run).toMatchObject({ protocol, violation: { invariant, problem: expect.stringContaining(problem) } })
    const again = await explorePlanted({ ...parseReplay(String(run?.['replay'])), json: true })
    expect(again.code).toBe(1)
    const replayed = jsonLines(again.stdout).find(({ type }) => type === 'run')
    expect({ ...replayed, recent: [] }).toEqual(run)
    expect(replayed?.['recent']).not.toEqual([])
  })

  test('what is told to people names the run, the violation and the command; the replay tells the plan and the events', async () => {
    const found = await explorePlanted({ explore: 100, seed: 1, protocol: 'loses-mass' })
    const command = /replay: (.*)/.exec(found.stdout)?.[1] ?? ''
    const line = /'mass conserved' does not hold at .*/.exec(found.stdout)?.[0] ?? ''
    expect(line).toMatch(/peer \d+, .* lost$/)
    const { seed } = parseReplay(command)
    const { stdout } = await explorePlanted(parseReplay(command))
    expect(stdout).toContain(line)
    for (const [name, value] of Object.entries(exploreSeed(LOSES_MASS, seed).plan))
      expect(stdout).toContain(`  ${name}: ${JSON.stringify(value)}`)
    expect(stdout).toMatch(/what happened last:\n(  \d+ ms, peer \d+, .*\n){20}/)
    expect(stdout).toContain('invariants did not hold in 1 of them')
  })

  test('mass is lost under duplication, not without it', async () => {
    const { stdout } = await explorePlanted({ explore: 100, seed: 1, protocol: 'loses-mass', json: true })
    const runs = jsonLines(stdout).filter(({ type }) => type === 'run')
    expect(runs.length).toBeGreaterThan(20)
    for (const { plan } of runs) {
      expect(Object.keys(plan as object).some((name) => name === 'duplication' || name === 'replay')).toBe(true)
    }
  })

  test('with its guard, learning holds against the same lies', async () => {
    const { code, stdout } = await explorePlanted({ explore: 100, seed: 1, protocol: 'guards-ages', json: true })
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'summary', runs: 100, violations: 0 })
    expect(code).toBe(0)
  })
})

describe('the shipped protocols', () => {
  test('hold under two hundred random plans', async () => {
    const { code, stdout } = await hearsay(['simulate', '--explore', '200', '--workers', '1', '--json'])
    const lines = jsonLines(stdout)
    expect(lines.filter(({ type }) => type === 'run')).toEqual([])
    expect(lines[0]).toMatchObject({ type: 'start', runs: 200, seed: 1, workers: 1 })
    expect(lines.at(-1)).toMatchObject({ type: 'summary', interrupted: false, runs: 200, violations: 0 })
    expect(code).toBe(0)
  })

  test('each has a name of its own', () => {
    expect(new Set(SHIPPED.map(({ name }) => name)).size).toBe(SHIPPED.length)
  })
})

describe('the command', () => {
  test('tells one run in full', async () => {
    const { code, stdout } = await hearsay(['simulate', '--explore', '1', '--seed', '3', '--protocol', 'averaging'])
    expect(stdout).toMatch(
      /^the plan of seed 3, averaging, 1 thread\n\naveraging, seed 3: \d+ peers, \d+ cycles\n\nplan/,
    )
    expect(stdout).toMatch(/every invariant holds; trace hash [0-9a-f]{32}/)
    expect(code).toBe(0)
  })

  test('tells how far it is on stderr, and results on stdout alone', async () => {
    const { stdout, stderr } = await explorePlanted(
      { explore: 40, seed: 1, protocol: 'guards-ages' },
      { now: steppingClock(4000) },
    )
    expect(stderr).toMatch(/^\d+ of 40 plans, 0 with a violation, .* plans\/s, .* left\n/)
    expect(stdout).toMatch(/^40 plans from seed 1 on, guards-ages, 1 thread\n\n40 plans, .*\nevery invariant held\n$/)
  })

  test('Ctrl-C ends it with what has been found', async () => {
    const interrupt = new AbortController()
    interrupt.abort(new Interruption('interrupted by SIGINT', 130))
    const { code, stdout } = await explorePlanted({ explore: 1000, seed: 1, json: true }, { signal: interrupt.signal })
    expect(code).toBe(130)
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'summary', interrupted: true, runs: 8 })
  })

  test.each([
    [['--explore', '0'], '--explore: give an integer ≥ 1'],
    [['--explore', '5', '--protocol', 'gossip'], '--protocol: give one of learning, '],
    [['--explore', '5', '--peers', '9'], 'leave --peers away'],
    [['--explore', '5', '--view-size', '9'], 'leave --view-size away'],
    [['--protocol', 'averaging'], 'give --explore too'],
  ])('refuses %j', async (flags, message) => {
    const { code, stdout, stderr } = await hearsay(['simulate', ...flags])
    expect(stderr).toContain(message)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })
})

describe('on threads', () => {
  /** The built command, in a process of its own; `onText` sees all of stdout so far. */
  async function exploreInProcess(flags: readonly string[], onText?: (text: string, kill: () => void) => void) {
    const child = spawn(process.execPath, [MAIN, 'simulate', '--explore', ...flags, '--json'])
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      onText?.(text, () => child.kill('SIGINT'))
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, lines: jsonLines(text) }
  }

  test('comes to the same', async () => {
    const { code, lines } = await exploreInProcess(['30', '--seed', '9', '--workers', '2'])
    const alone = await hearsay(['simulate', '--explore', '30', '--seed', '9', '--workers', '1', '--json'])
    const { events, runs, violations } = jsonLines(alone.stdout).at(-1) ?? {}
    expect(lines[0]).toMatchObject({ type: 'start', workers: 2 })
    expect(lines.at(-1)).toMatchObject({ type: 'summary', events, runs, violations })
    expect([code, runs]).toEqual([0, 30])
  })

  test('ends by Ctrl-C', async () => {
    let isKilled = false
    const interrupt = (text: string, kill: () => void): void => {
      // The second signal would end it at once.
      if (isKilled || !text.includes('progress')) return
      isKilled = true
      kill()
    }
    const { code, lines } = await exploreInProcess(['1000000', '--workers', '2'], interrupt)
    expect(code).toBe(130)
    expect(lines.at(-1)).toMatchObject({ type: 'summary', interrupted: true })
  })
})
