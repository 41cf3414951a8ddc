import { ConfigurationError } from '@hearsay/core'
import { FEDERATED_ALGORITHMS, type FederatedAlgorithm } from '@hearsay/federated'
import type { FederatedSettings } from '@hearsay/peer'
import { WEIGHT_ENCODINGS, type WeightEncoding } from '@hearsay/protocols'
import type { Command } from 'commander'
import { choiceFlag } from '../flags/choice-flag.ts'
import type { ExchangeFlags } from '../flags/exchange-flags.ts'
import { numberFlag } from '../flags/number-flag.ts'

/** How the peers of a run learn together. */
export type MethodName = 'gossip' | FederatedAlgorithm['kind']

export const METHOD_NAMES: readonly MethodName[] = ['gossip', ...FEDERATED_ALGORITHMS]

/** What whoever launches a run says of its method. A flag that was not given is absent. */
export interface MethodFlags {
  readonly method?: MethodName
  /** C. */
  readonly fraction?: number
  /** E. */
  readonly epochs?: number
  /** Milliseconds. */
  readonly round?: number
  /** Milliseconds. */
  readonly deadline?: number
  readonly mu?: number
  readonly serverEta?: number
  readonly modelWeights?: WeightEncoding
}

/** The flags of {@link MethodFlags} as the command line names them. */
export const METHOD_FLAG_NAMES: Record<keyof MethodFlags, string> = {
  method: '--method',
  fraction: '--fraction',
  epochs: '--epochs',
  round: '--round',
  deadline: '--deadline',
  mu: '--mu',
  serverEta: '--server-eta',
  modelWeights: '--model-weights',
}

const DAY_MS = 86_400_000
const MU_DEFAULT = 0.01
const ABOVE_ZERO = { min: 0, above: true }

/** The method that flags name. */
export function methodNameOf({ method = 'gossip' }: MethodFlags): MethodName {
  return method
}

export function addMethodFlags(command: Command): Command {
  return command
    .addOption(choiceFlag('--method <name>', 'how the peers learn together (default: gossip)', METHOD_NAMES))
    .addOption(
      numberFlag('--fraction <share>', 'federated: share of the clients that a round asks (default: 1)', {
        ...ABOVE_ZERO,
        max: 1,
      }),
    )
    .addOption(
      numberFlag('--epochs <count>', 'federated: passes of a client over its rows in a round (default: 1)', {
        ...{ min: 1, max: 1000, integer: true },
      }),
    )
    .addOption(
      numberFlag('--round <ms>', 'federated: the shortest round (default: two periods)', { min: 1, max: DAY_MS }),
    )
    .addOption(
      numberFlag('--deadline <ms>', 'federated: how long slow clients are waited for (default: twice --round)', {
        min: 1,
        max: DAY_MS,
      }),
    )
    .addOption(
      numberFlag('--mu <number>', `fedprox: how strongly clients are held to the model (default: ${MU_DEFAULT})`, {
        ...{ min: 0, max: 1e12 },
      }),
    )
    .addOption(
      numberFlag('--server-eta <number>', 'federated: the server’s step (default: fedavg 1, adaptive ones 0.1)', {
        ...ABOVE_ZERO,
        max: 1e12,
      }),
    )
    .addOption(
      choiceFlag('--model-weights <format>', 'federated: how the server’s models are sent (default: float32)', [
        ...WEIGHT_ENCODINGS,
      ]),
    )
}

/**
 * The method that the flags ask for.
 *
 * @throws {@link ConfigurationError} `METHOD` where flags do not go together.
 */
export function methodOf(flags: MethodFlags & ExchangeFlags): 'gossip' | FederatedSettings {
  const { method = 'gossip', fraction, round, deadline, exchange, weights, modelWeights } = flags
  if (method === 'gossip') {
    refuse(flags, ['fraction', 'epochs', 'round', 'deadline', 'mu', 'serverEta', 'modelWeights'], method)
    return method
  }
  if (exchange?.kind === 'partitioned') throw wrong('--exchange: only gossip sends models in parts')
  if (round !== undefined && deadline !== undefined && deadline < round) {
    throw wrong(`--deadline: a round of ${round} ms cannot end after ${deadline} ms`)
  }
  return {
    algorithm: algorithmOf(method, flags),
    ...(fraction === undefined ? {} : { fraction }),
    ...(round === undefined ? {} : { roundMs: round }),
    ...(deadline === undefined ? {} : { deadlineMs: deadline }),
    ...{ exchange, weights, modelWeights },
  }
}

function algorithmOf(kind: Exclude<MethodName, 'gossip'>, flags: MethodFlags): FederatedAlgorithm {
  const { epochs, serverEta } = flags
  switch (kind) {
    case 'fedsgd':
      refuse(flags, ['epochs', 'mu', 'serverEta'], kind)
      return { kind }
    case 'fedprox':
      refuse(flags, ['serverEta'], kind)
      return { kind, epochs, mu: flags.mu ?? MU_DEFAULT }
    default:
      refuse(flags, ['mu'], kind)
      return { kind, epochs, serverEta }
  }
}

function refuse(flags: MethodFlags, keys: readonly (keyof MethodFlags)[], method: MethodName): void {
  const names = keys.filter((key) => flags[key] !== undefined).map((key) => METHOD_FLAG_NAMES[key])
  if (names.length === 0) return
  throw wrong(`--method ${method} has no ${names.join(' and no ')}: leave it out, or choose another method`)
}

function wrong(message: string): ConfigurationError {
  return new ConfigurationError('METHOD', message)
}
