import { describe, expect, it } from 'vitest'
import { BrokenStream, hearsay, RecordingStream } from './harness.ts'

const ENDLESS = ['simulate', '--peers', '10', '--cycles', '1000000000', '--report-at', 'all', '--json']

describe('a reader that has had enough', () => {
  it('ends the run, quietly', async () => {
    const { code, stderr } = await hearsay(ENDLESS, { stdout: new BrokenStream() })
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('is no reason to fail while help is printed', async () => {
    const { code, stderr } = await hearsay(['--help'], { stdout: new BrokenStream() })
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })
})

describe('a full disk behind stdout', () => {
  it('is the environment’s fault', async () => {
    const { code, stderr } = await hearsay(ENDLESS, { stdout: new BrokenStream('ENOSPC') })
    expect(stderr).toBe('hearsay: the output could not be written to stdout: the disk is full\n')
    expect(code).toBe(3)
  })

  it.each([[['datasets', 'list']], [['--help']], [['--version']]])(
    'is told by a command that is short: %j',
    async (argv) => {
      const { code, stderr } = await hearsay(argv, { stdout: new BrokenStream('ENOSPC') })
      expect(stderr).toBe('hearsay: the output could not be written to stdout: the disk is full\n')
      expect(code).toBe(3)
    },
  )
})

describe('a slow reader', () => {
  it('is waited for', async () => {
    const stdout = new RecordingStream()
    let pending = 0
    let most = 0
    stdout._write = (chunk: unknown, _encoding, done) => {
      most = Math.max(most, stdout.writableLength)
      pending++
      stdout.text += String(chunk)
      setImmediate(done)
    }
    const argv = ['simulate', '--peers', '10', '--cycles', '2000', '--report-at', 'all', '--json']
    const { code } = await hearsay(argv, { stdout })
    expect(code).toBe(0)
    expect(pending).toBeGreaterThan(100)
    expect(most).toBeLessThan(stdout.writableHighWaterMark + 1000)
  })
})
