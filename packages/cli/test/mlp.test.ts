import { describe, expect, it } from 'vitest'
import { MLP_DEFAULTS, type SwarmFlags } from '../src/commands/swarm.ts'
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
    [
      ['--model', 'mlp', '--method', 'fedavg', '--compare'],
      '--model mlp has no --method, --compare: it learns by gossip',
    ],
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
    expect(settings).not.toHaveProperty('eta')
    expect(settings).not.toHaveProperty('model')
    const task = mlpTaskOf(flags, { features: 64, classes: 10 })
    expect(task).toEqual({ options: { features: 64, classes: 10, hidden: [5, 4], eta: 0.1 }, backend: 'wasm' })
    expect(mlpName(task.options)).toBe('mlp 64-5-4-10')
    expect(mlpTaskOf(FLAGS, { features: 3, classes: 2 })).toEqual({
      options: { features: 3, classes: 2, hidden: [32] },
      backend: 'auto',
    })
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
