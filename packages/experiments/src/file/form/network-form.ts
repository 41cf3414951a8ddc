import { z } from 'zod'
import type { Duration } from '../units/duration.ts'
import {
  choice,
  duration,
  either,
  explained,
  flag,
  list,
  map,
  number,
  oneOf,
  orNone,
  share,
  text,
  transferSpeed,
} from './leaf.ts'

/** A distribution of delays. */
export type DelayForm = Duration | DelayKinds

/** Exactly one of them. */
export interface DelayKinds {
  readonly uniform?: readonly [min: Duration, max: Duration] | undefined
  readonly normal?: { readonly mean: Duration; readonly sd: Duration } | undefined
  readonly lognormal?: { readonly median: Duration; readonly sigma: number } | undefined
  readonly exponential?: { readonly mean: Duration; readonly min?: Duration | undefined } | undefined
  readonly table?: string | undefined
}

/** Bytes per second: of all, or classes. */
export type SpeedForm = number | readonly { readonly speed: number; readonly weight: number }[]

/** What happens to messages on their way. */
export interface NetworkForm {
  readonly delay?: DelayForm | undefined
  readonly loss?: number | { readonly rate: number; readonly burst: Duration } | undefined
  readonly duplicate?: { readonly probability: number; readonly delay: Duration } | undefined
  readonly reorder?: { readonly probability: number; readonly delay: Duration } | undefined
  readonly bandwidth?: { readonly upload: SpeedForm; readonly download: SpeedForm } | undefined
  readonly transfer?: Duration | undefined
  readonly headers?: number | undefined
  readonly wholeTransfers?: boolean | undefined
  readonly latency?: { readonly side: Duration; readonly access?: Duration | undefined } | undefined
  readonly partition?: readonly PartitionForm[] | undefined
  readonly nat?: { readonly share: number; readonly timeout?: Duration | undefined } | undefined
}

export interface PartitionForm {
  readonly from: Duration
  readonly until: Duration
  readonly share: number
  readonly direction?: 'both' | 'leaving' | 'entering' | undefined
}

const SIGMA = { min: 0, max: 10 }

const bounds = explained(
  z.tuple([duration('The least delay.'), duration('The greatest delay.')], { error: '[least, greatest]' }),
  '[least, greatest], two times with their units',
  'Uniform between two times: [least, greatest].',
)

const delay: z.ZodType<DelayForm> = either(
  'How long a message takes, besides what the other settings add. Default: 1 cycle; nothing with `transfer` or `latency`.',
  duration('Always the same.'),
  oneOf('A distribution.', {
    uniform: bounds.optional(),
    normal: map('Normal, cut off at 0.', { mean: duration('Mean.'), sd: duration('Standard deviation.') }).optional(),
    lognormal: map('Lognormal.', {
      median: duration('Median.', { above: true }),
      sigma: number('Standard deviation of the logarithm.', SIGMA),
    }).optional(),
    exponential: map('A least delay, and an exponentially distributed time on top.', {
      mean: duration('Mean of the whole delay.'),
      min: duration('The least delay. Default: 0 cycles.').optional(),
    }).optional(),
    table: text(
      'A CSV file of measured delays, relative to this file, with the header `quantile,ms` or `ms,weight`.',
      'the path of a CSV file',
    ).optional(),
  }),
)

const loss: z.ZodType<NonNullable<NetworkForm['loss']>> = either(
  'Messages that are lost: a probability, or bursts that hit all that a peer sends. Default: 0.',
  share('The probability that a message is lost.'),
  map('Loss in bursts (Gilbert and Elliott).', {
    rate: number('Share of the messages that is lost in the long run.', { min: 1e-9, max: 0.999 }),
    burst: duration('Mean length of a burst.', { above: true }),
  }),
)

const speed: z.ZodType<SpeedForm> = either(
  'In bytes or bits per virtual second: one speed for all, or classes from which peers are drawn.',
  transferSpeed('The speed of all peers.'),
  list(
    'Classes of peers.',
    map('Peers with the same speed.', {
      speed: transferSpeed('Their speed.'),
      weight: number('Their share of the peers, in proportion.', { min: 0, above: true, max: 1e9 }),
    }),
  ),
)

const cut: z.ZodType<PartitionForm> = map('A cut.', {
  from: duration('When it begins.'),
  until: duration('When it ends.'),
  share: share('Share of the peers that is cut off from the others.'),
  direction: choice('What is lost, as the share sees it. Default: both.', ['both', 'leaving', 'entering']).optional(),
})

const probability = share('The probability that it happens to a message.')

/** The group of settings `network`. All of them add up. */
export const networkForm: z.ZodType<NetworkForm> = map('What happens to messages on their way. All of it adds up.', {
  delay: delay.optional(),
  loss: loss.optional(),
  duplicate: orNone(
    map('Messages that are sent twice.', { probability, delay: duration('How much later on average.') }),
  ).optional(),
  reorder: orNone(
    map('Messages that are held back.', { probability, delay: duration('For how long at most.') }),
  ).optional(),
  bandwidth: orNone(
    map('Access links with queues. Not with `transfer`.', { upload: speed, download: speed }),
  ).optional(),
  transfer: orNone(
    duration('How long a whole float32 model takes; what is shorter takes less. No queues.', { above: true }),
  ).optional(),
  headers: number('Bytes of a message besides its weights, in transfers and in counts of bytes. Default: 64.', {
    min: 0,
    max: 65_535,
    integer: true,
  }).optional(),
  wholeTransfers: flag(
    'Whether a message arrives only if both ends stay online for the whole transfer. Needs churn. Default: false.',
  ).optional(),
  latency: orNone(
    map('Stable latencies from where peers are placed in a square.', {
      side: duration('Time along a side of the square.'),
      access: duration('Median of the access latency, paid at both ends. Default: 0 cycles.').optional(),
    }),
  ).optional(),
  partition: orNone(list('Times in which a share of the peers is cut off from the others.', cut)).optional(),
  nat: orNone(
    map('Peers behind address translators: others reach them only in answer.', {
      share: share('Share of the peers.'),
      timeout: duration('How long an answer may take. Default: 300 s.', { above: true }).optional(),
    }),
  ).optional(),
})
