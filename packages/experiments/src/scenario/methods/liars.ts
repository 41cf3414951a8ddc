import { ConfigurationError, type Protocol } from '@hearsay/core'
import type { Dataset } from '@hearsay/datasets'
import type { Kernels } from '@hearsay/kernels'
import type { ModelFormat } from '@hearsay/protocols'
import { ByzantineProtocol, flipLabels } from '@hearsay/simulator'
import type { Liars, World } from './world.ts'

/** What liars say instead of what a protocol would. */
export interface LyingInputs {
  readonly protocol: Protocol
  readonly kernels: Kernels
  /** Of the messages that are lied about. */
  readonly format: ModelFormat
  readonly kind: number
  readonly liars: Liars | undefined
}

/**
 * The protocol in which liars change what they send.
 *
 * @throws {@link ConfigurationError} `BYZANTINE` where lies about weights would be told in an encoding.
 */
export function lyingProtocol({ protocol, kernels, format, kind, liars }: LyingInputs): Protocol {
  if (liars === undefined || liars.attack.kind === 'label-flip') return protocol
  const { attack } = liars
  if (format.weights !== 'float32' && attack.kind !== 'age-lie') {
    throw new ConfigurationError(
      'BYZANTINE',
      `the attack ${attack.kind} changes float32 weights, and messages carry ${format.weights}: choose weights float32`,
    )
  }
  return new ByzantineProtocol({ ...liars, protocol, kernels, words: format.wordsMax, kind })
}

/** The rows as peers train on them: those of liars that flip labels are flipped. */
export function rowsOf(
  train: Dataset,
  assignment: readonly ArrayLike<number>[],
  liars: Liars | undefined,
): Pick<World, 'train' | 'assignment'> {
  if (liars?.attack.kind !== 'label-flip') return { train, assignment }
  const { features, labels } = train
  const flipped = flipLabels({ features, labels, assignment }, liars.attackers, train.classNames.length)
  return {
    train: { ...train, features: flipped.features, labels: flipped.labels, rows: flipped.labels.length },
    assignment: flipped.assignment,
  }
}
