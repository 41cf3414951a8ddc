import { describe, expect, it } from 'vitest'
import { methodOf } from '../src/peer/method-flags.ts'
import { gossipSettingsOf, runSettingsOf } from '../src/peer/run-flags.ts'
import { hearsay } from './harness.ts'

const DEFAULTS = { period: 500, cycles: 60, lambda: 0.03 }

describe('the method of a run', () => {
  it('is gossip, unless the flags say otherwise', () => {
    expect(methodOf({})).toBe('gossip')
    expect(runSettingsOf({}, DEFAULTS)).toEqual(gossipSettingsOf({}, DEFAULTS))
    expect(runSettingsOf({}, DEFAULTS)).not.toHaveProperty('method')
  })

  it.each([
    [{ method: 'fedavg' }, { kind: 'fedavg' }],
    [
      { method: 'fedavg', epochs: 3, serverEta: 0.5 },
      { kind: 'fedavg', epochs: 3, serverEta: 0.5 },
    ],
    [{ method: 'fedsgd' }, { kind: 'fedsgd' }],
    [{ method: 'fedprox' }, { kind: 'fedprox', mu: 0.01 }],
    [
      { method: 'fedprox', mu: 0, epochs: 2 },
      { kind: 'fedprox', mu: 0, epochs: 2 },
    ],
    [
      { method: 'fedyogi', serverEta: 0.2 },
      { kind: 'fedyogi', serverEta: 0.2 },
    ],
  ] as const)('%j', (flags, algorithm) => {
    expect(methodOf(flags)).toEqual({ algorithm })
  })

  it('takes how updates travel from the flags that gossip has, too', () => {
    const exchange = { kind: 'subsampled', share: 0.5 } as const
    const flags = { method: 'fedavg', fraction: 0.5, round: 100, deadline: 300, exchange, weights: 'int8' } as const
    const run = runSettingsOf({ ...flags, modelWeights: 'float16', model: 'logistic' }, DEFAULTS)
    expect(run).toEqual({
      ...{ periodMs: 500, cycles: 60, model: 'logistic', lambda: 0.03, bias: false },
      method: {
        ...{ algorithm: { kind: 'fedavg' }, fraction: 0.5, roundMs: 100, deadlineMs: 300 },
        ...{ exchange, weights: 'int8', modelWeights: 'float16' },
      },
    })
    expect(gossipSettingsOf(flags, DEFAULTS)).toMatchObject({ exchange, weights: 'int8' })
  })
})

describe('hearsay swarm', () => {
  it.each([
    [['--method', 'median'], '--method: give gossip, fedavg, fedsgd, fedprox, fedadam, fedyogi or fedadagrad'],
    [['--fraction', '0.5'], '--method gossip has no --fraction'],
    [['--method', 'gossip', '--mu', '1', '--epochs', '2'], '--method gossip has no --epochs and no --mu'],
    [['--method', 'fedsgd', '--epochs', '2'], '--method fedsgd has no --epochs'],
    [['--method', 'fedavg', '--mu', '1'], '--method fedavg has no --mu'],
    [['--method', 'fedprox', '--server-eta', '1'], '--method fedprox has no --server-eta'],
    [['--method', 'fedavg', '--exchange', 'partitioned:5'], 'only gossip sends models in parts'],
    [['--method', 'fedavg', '--round', '500', '--deadline', '400'], '--deadline: a round of 500 ms'],
    [['--method', 'fedavg', '--merge', 'mean', '--flow', 'simple'], '--merge, --flow: this is how models are gossiped'],
    [['--method', 'fedavg', '--fraction', '1.5'], '--fraction: give a number > 0 and ≤ 1'],
    [['--method', 'fedavg', '--epochs', '0'], '--epochs: give an integer ≥ 1'],
    [['--out', 'somewhere'], '--out: only a comparison writes results'],
    [['--compare', '--method', 'gossip'], '--compare: gossip is one of the two'],
    [['--compare', '--mu', '3'], '--method fedavg has no --mu'],
    [['--compare', '--out', 'package.json'], 'package.json is no folder for results'],
    [['--compare', '--out', 'packages'], 'packages is not empty, and holds no results'],
  ])('refuses %j', async (flags, message) => {
    const { code, stdout, stderr } = await hearsay(['swarm', ...flags])
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})

describe('hearsay peer', () => {
  it('leaves the method to the run that it joins', async () => {
    const address = '/ip4/127.0.0.1/tcp/1/p2p/12D3KooWNs2yHdFaKHSWoenbj1WUu6K562BNumHhDjgeUibd9Mcp'
    const { code, stderr } = await hearsay([
      ...['peer', '--data', 'x.csv', '--label', 'y', '--bootstrap', address, '--method', 'fedavg', '--fraction', '0.5'],
    ])
    expect(stderr).toContain('with --bootstrap, the run decides: leave out --method, --fraction')
    expect(code).toBe(2)
  })
})
