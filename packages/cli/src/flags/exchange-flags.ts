import { ConfigurationError } from '@hearsay/core'
import {
  type Exchange,
  FLOW_KINDS,
  type FlowKind,
  type FlowSettings,
  PARTS_MAX,
  TOKENS_DEFAULT,
  TOKENS_MAX,
  WEIGHT_ENCODINGS,
  type WeightEncoding,
} from '@hearsay/protocols'
import { type Command, Option } from 'commander'
import { choiceFlag } from './choice-flag.ts'
import { numberFlag, parseNumber } from './number-flag.ts'

/** How peers pass their models on. A flag that was not given is absent. */
export interface ExchangeFlags {
  readonly flow?: FlowKind
  /** A and B. */
  readonly tokens?: Required<Pick<FlowSettings, 'reserve' | 'capacity'>>
  readonly exchange?: Exchange
  readonly weights?: WeightEncoding
  /** Rows. */
  readonly mergeGap?: number
}

/** The flags of {@link ExchangeFlags} as the command line names them. */
export const EXCHANGE_FLAG_NAMES: Record<keyof ExchangeFlags, string> = {
  flow: '--flow',
  tokens: '--tokens',
  exchange: '--exchange',
  weights: '--weights',
  mergeGap: '--merge-gap',
}

const EXCHANGES = 'full, subsampled:SHARE or partitioned:PARTS'

export function addExchangeFlags(command: Command): Command {
  const { reserve, capacity } = TOKENS_DEFAULT
  return command
    .addOption(
      numberFlag('--merge-gap <rows>', 'with --merge limited: ages further apart are not averaged', { min: 0 }),
    )
    .addOption(choiceFlag('--flow <kind>', 'when models are sent, by token accounts (default: proactive)', FLOW_KINDS))
    .addOption(
      new Option(
        '--tokens <A,B>',
        `with token accounts: reserve and capacity (default: ${reserve},${capacity})`,
      ).argParser(parseTokens),
    )
    .addOption(
      new Option('--exchange <kind>', `what a message carries of a model: ${EXCHANGES} (default: full)`).argParser(
        parseExchange,
      ),
    )
    .addOption(choiceFlag('--weights <format>', 'how a weight is sent (default: float32)', WEIGHT_ENCODINGS))
}

/** @throws {@link ConfigurationError} `FLAG_TOKENS`, `FLAG_NUMBER`. */
export function parseTokens(text: string): Required<Pick<FlowSettings, 'reserve' | 'capacity'>> {
  const parts = text.split(',')
  const bounds = { min: 1, max: TOKENS_MAX, integer: true }
  if (parts.length === 2) {
    const [reserve, capacity] = parts.map((part) => parseNumber('--tokens', part, bounds))
    if (reserve <= capacity) return { reserve, capacity }
  }
  throw new ConfigurationError(
    'FLAG_TOKENS',
    `--tokens: give A,B, two integers with 1 ≤ A ≤ B, not ${JSON.stringify(text)}`,
  )
}

/** @throws {@link ConfigurationError} `FLAG_EXCHANGE`, `FLAG_NUMBER`. */
export function parseExchange(text: string): Exchange {
  const [kind, parameter] = text.split(/:(.*)/s)
  if (kind === 'full' && parameter === undefined) return { kind }
  if (kind === 'subsampled' && parameter !== undefined) {
    return { kind, share: parseNumber(`--exchange ${kind}`, parameter, { min: 0, above: true, max: 1 }) }
  }
  if (kind === 'partitioned' && parameter !== undefined) {
    return { kind, parts: parseNumber(`--exchange ${kind}`, parameter, { min: 2, max: PARTS_MAX, integer: true }) }
  }
  throw new ConfigurationError('FLAG_EXCHANGE', `--exchange: give ${EXCHANGES}, not ${JSON.stringify(text)}`)
}

/**
 * The flow control that the flags ask for, if any.
 *
 * @throws {@link ConfigurationError} `FLAG_TOKENS` where there are tokens and no accounts.
 */
export function flowOf({ flow, tokens }: ExchangeFlags): FlowSettings | undefined {
  if (tokens !== undefined && (flow === undefined || flow === 'proactive')) {
    throw new ConfigurationError('FLAG_TOKENS', '--tokens: a proactive flow has no tokens: set --flow to another one')
  }
  return flow === undefined ? undefined : { kind: flow, ...tokens }
}
