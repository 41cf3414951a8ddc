import { expect, test } from 'vitest'
import { deploy } from './protocol-hosts.ts'
import { PROTOCOL_SCENARIOS } from './protocol-scenarios.ts'

// Golden bytes: of every protocol, the first frame of each kind that peers send in a run whose every draw is fixed. Peers
// of an earlier version send and expect these bytes: a frame that changes needs a new protocol path, unless only what is
// said in it has changed. `vitest -u` writes the file anew.

test('the first frame of every kind of message is what it has always been', async () => {
  const lines: string[] = []
  for (const scenario of PROTOCOL_SCENARIOS) {
    const first = new Map<string, string>()
    await deploy(scenario, { peers: 6, cycles: 14, seed: 1, delayMs: 20 }, (protocol, kind, frame) => {
      const what = `${protocol} ${kind}`
      if (!first.has(what)) first.set(what, Buffer.from(frame).toString('hex'))
    })
    lines.push(`# ${scenario.name}`)
    for (const what of [...first.keys()].sort()) {
      if (!what.startsWith('newscast') || scenario === PROTOCOL_SCENARIOS[0]) lines.push(`${what} ${first.get(what)}`)
    }
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/protocol-frames.txt')
})
