import { describe, expect, it } from 'vitest'
import { MLP_DEFAULTS, type SwarmFlags } from '../src/swarm/swarm-flags.ts'
import type { RunManifest } from '@hearsay/peer'
import { networkName, networkOfRun, openMlp } from '../src/peer/peer-network.ts'
import { mlpSettingsOf, mlpTaskOf, wantsMlp } from '../src/swarm/mlp/mlp-flags.ts'
import { mlpName } from '../src/swarm/mlp/mlp-task.ts'
import { planSwarm } from '../src/swarm/plan.ts'
import { hearsay } from './harness.ts'

const FLAGS: SwarmFlags = { model: 'mlp', peers: 4, seed: 1, listenHost: '127.0.0.1', shards: 'iid' }

describe('hearsay swarm --model mlp', () => {
  it.each([
    [['--hidden', '8'], '--hidden: only --model mlp has them'],
    [['--backend', 'cpu', '--hidden', '8'], '--hidden, --backend: only --model mlp has them'],
    [['--model', 'mlp', '--hidden', '8,0'], '--hidden: give 1 … 16 numbers of units'],
    [['--model', 'mlp', '--hidden', 'many'], 'such as 128,32, not "many"'],
    [['--model', 'mlp', '--backend', 'gpu'], '--backend: give auto, node, wasm or cpu, not "gpu"'],
    [['--model', 'mlp', '--lambda', '1'], '--model mlp has no --lambda'],
    [['--model', 'mlp', '--method', 'fedsgd'], '--model mlp has no --method fedsgd: it learns by gossip'],
    [['--model', 'mlp', '--mu', '1'], '--method gossip has no --mu'],
    [['--model', 'mlp', '--method', 'fedavg', '--mu', '1'], '--method fedavg has no --mu'],
    [['--model', 'mlp', '--method', 'fedadam', '--server-eta', '0'], '--server-eta'],
    [['--model', 'mlp', '--exchange', 'subsampled:0.5'], '--model mlp has no --exchange subsampled'],
    [
      ['--model', 'mlp', '--compare', '--method', 'fedavg', '--exchange', 'subsampled:0.5'],
      '--model mlp has no --exchange subsampled',
    ],
    [['--model', 'mlp', '--merge-with', 'last', '--create', 'UM'], '--model mlp has no --merge-with last, --create UM'],
  ])('refuses %j', async (flags, message) => {
    const { code, stdout, stderr } = await hearsay(['swarm', ...flags])
    expect(stderr).toContain(message)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('makes settings and a task of its flags', () => {
    expect(wantsMlp(FLAGS)).toBe(true)
    expect(wantsMlp({ ...FLAGS, model: 'logistic' })).toBe(false)
    const flags = { ...FLAGS, eta: 0.1, epochs: 3, batch: 8, hidden: [5, 4], backend: 'wasm' } as const
    const settings = mlpSettingsOf(flags, MLP_DEFAULTS)
    expect(settings).toMatchObject({ periodMs: 1000, cycles: 45, batch: 8, epochs: 3 })
    // Those who join make their own network with it.
    expect(settings.eta).toBe(0.1)
    expect(settings).not.toHaveProperty('model')
    const task = mlpTaskOf(flags, { features: 64, classes: 10 })
    expect(task).toEqual({ options: { features: 64, classes: 10, hidden: [5, 4], eta: 0.1 }, backend: 'wasm' })
    const federated = mlpSettingsOf({ ...flags, method: 'fedavg', fraction: 0.5 }, MLP_DEFAULTS)
    expect(federated).toMatchObject({ epochs: 3, method: { algorithm: { kind: 'fedavg', epochs: 3 }, fraction: 0.5 } })
    const adaptive = {
      ...flags,
      method: 'fedadam',
      serverEta: 0.02,
      exchange: { kind: 'subsampled', share: 0.5 },
    } as const
    expect(wantsMlp(adaptive)).toBe(true)
    expect(mlpSettingsOf(adaptive, MLP_DEFAULTS)).toMatchObject({
      epochs: 3,
      method: { algorithm: { kind: 'fedadam', epochs: 3, serverEta: 0.02 }, exchange: { share: 0.5 } },
    })
    expect(mlpName(task.options)).toBe('mlp 64-5-4-10')
    expect(mlpTaskOf(FLAGS, { features: 3, classes: 2 })).toEqual({
      options: { features: 3, classes: 2, hidden: [32] },
      backend: 'auto',
    })
  })

  it('is made by who joins a run after its manifest, unless it is something else', async () => {
    const source = networkOfRun('cpu')
    const own = await openMlp({ options: { features: 4, hidden: [5, 6], classes: 3, eta: 0.2 }, backend: 'cpu' })
    const { schema, parameters } = own
    const manifestWith = (network: object, eta?: number): RunManifest => {
      const model = {
        kind: 'network',
        features: 4,
        classNames: ['a', 'b', 'c'],
        network: { ...schema, parameters, ...network },
      }
      return { runId: 'run-1', model, hyperparameters: { eta } } as unknown as RunManifest
    }
    const made = await source.load(manifestWith({}, 0.2))
    expect(made).toMatchObject({ schema, parameters })
    expect(networkName(manifestWith({}))).toBe('mlp 4-5-6-3')
    const linear = { model: { kind: 'logistic' } } as unknown as RunManifest
    expect([await source.load(linear), networkName(linear)]).toEqual([undefined, 'logistic'])
    const [first, ...others] = schema.layers
    for (const network of [
      { layers: ['0 Conv2D; {"filters":8}', ...others] },
      { layers: [first.replace('"units":5', '"units":99999'), ...others] },
      { layers: [first] },
      { parameters: parameters + 1 },
    ]) {
      await expect(source.load(manifestWith(network))).rejects.toMatchObject({ code: 'NETWORK_UNKNOWN' })
    }
  })

  it('is compared with the same network on all rows', async () => {
    const source = { kind: 'named', name: 'digits' } as const
    const mlp = (data: { features: number; classes: number }) =>
      mlpTaskOf({ ...FLAGS, hidden: [16], backend: 'cpu' }, data)
    const run = mlpSettingsOf(FLAGS, MLP_DEFAULTS)
    const plan = await planSwarm(source, { peers: 4, seed: 1, shards: 'iid', run, mlp })
    expect(plan.centralised).toBeLessThan(0.08)
    expect(plan.mlp).toMatchObject({
      task: { backend: 'cpu' },
      backend: 'TensorFlow.js computes with plain JavaScript',
    })
  })
})
