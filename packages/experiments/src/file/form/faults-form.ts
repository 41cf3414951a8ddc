import { type Attack, ATTACK_KINDS, FaultLimit } from '@hearsay/simulator'
import type { z } from 'zod'
import type { Duration } from '../units/duration.ts'
import { choice, duration, list, map, number, orNone, share } from './leaf.ts'

/** A plan of faults, with times that have units. */
export interface FaultsForm {
  readonly loss?: number | undefined
  readonly duplication?: LateForm | undefined
  readonly replay?: LateForm | undefined
  readonly reordering?: LateForm | undefined
  readonly cloggedLinks?: readonly (SpanForm & LateForm)[] | undefined
  readonly partitions?:
    | readonly (SpanForm & { readonly direction?: 'both' | 'leaving' | 'entering' | undefined })[]
    | undefined
  readonly crashes?: readonly (SpanForm & { readonly stateLoss?: number | undefined })[] | undefined
  readonly pauses?: readonly SpanForm[] | undefined
  readonly clockSkew?: { readonly rate: number; readonly offset?: Duration | undefined } | undefined
  readonly byzantine?: { readonly share: number; readonly attack: AttackForm } | undefined
}

export interface LateForm {
  readonly share: number
  readonly delay: Duration
}

export interface SpanForm {
  readonly share: number
  readonly from: Duration
  readonly until?: Duration | undefined
}

export interface AttackForm {
  readonly kind: Attack['kind']
  readonly factor?: number | undefined
  readonly sd?: number | undefined
  readonly age?: number | undefined
  readonly z?: number | undefined
  readonly epsilon?: number | undefined
}

const late = (description: string): z.ZodType<LateForm> =>
  map(description, {
    share: number('The probability that it happens to a message.', { min: 0, max: FaultLimit.lateShareMax }),
    delay: duration('How much later.'),
  })

const span = {
  share: share('Share that it happens to.'),
  from: duration('When it begins.'),
  until: duration('When it is over. Default: never.').optional(),
}

const ABOVE = { min: 0, above: true }

const attack: z.ZodType<AttackForm> = map('What they do to the models that they send.', {
  kind: choice('The attack.', ATTACK_KINDS),
  factor: number('Of scale. Default: -10.').optional(),
  sd: number('Of noise. Default: 1.', ABOVE).optional(),
  age: number('Of age-lie. Default: the largest.', { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true }).optional(),
  z: number('Of alie, in standard deviations. Default: 1.5.', { min: 0 }).optional(),
  epsilon: number('Of inner-product. Default: 0.5.', ABOVE).optional(),
})

/** The group of settings `faults`. */
export const faultsForm: z.ZodType<FaultsForm> = map('What goes wrong in a run, on top of network and churn.', {
  loss: number('The probability that a message is lost.', { min: 0, max: FaultLimit.lossMax }).optional(),
  duplication: orNone(late('Messages that arrive a second time, by up to the delay later.')).optional(),
  replay: orNone(late('Messages that come again long after: by the delay on average.')).optional(),
  reordering: orNone(late('Messages that are held back, by up to the delay.')).optional(),
  cloggedLinks: orNone(
    list(
      'Links that are slow for a while.',
      map('Links that are slow.', { ...span, delay: duration('What a message takes besides.') }),
    ),
  ).optional(),
  partitions: orNone(
    list(
      'Peers that are cut off from the others.',
      map('A cut.', {
        ...span,
        direction: choice('What is lost, as the share sees it. Default: both.', [
          'both',
          'leaving',
          'entering',
        ]).optional(),
      }),
    ),
  ).optional(),
  crashes: orNone(
    list(
      'Peers that go down.',
      map('A crash.', {
        ...span,
        stateLoss: share('The probability that a peer comes back without its state. Default: 0.').optional(),
      }),
    ),
  ).optional(),
  pauses: orNone(list('Peers that stand still.', map('A pause.', span))).optional(),
  clockSkew: orNone(
    map('Clocks that are wrong.', {
      rate: number('They run by a factor in [1 - rate, 1 + rate].', { min: 0, max: FaultLimit.clockRateMax }),
      offset: duration('They are ahead by up to so much at the start. Default: 0 cycles.').optional(),
    }),
  ).optional(),
  byzantine: orNone(
    map('Peers that lie about models.', {
      share: number('Share of the peers.', { min: 0, max: FaultLimit.byzantineShareMax }),
      attack,
    }),
  ).optional(),
})
