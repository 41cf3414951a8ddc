import { parseShards, SHARDS_FORM, type ShardOptions } from '@hearsay/datasets'
import { z } from 'zod'
import {
  type Backend,
  BACKENDS,
  type Correlation,
  type Overlay,
  OVERLAYS,
  ScenarioLimit,
} from '../../scenario/scenario-options.ts'
import { type Values, VALUES } from '../../trial/tasks/averaging-options.ts'
import type { Duration } from '../units/duration.ts'
import { type ChurnForm, churnForm, type CrashForm, crashForm, type JoinForm, joinForm } from './churn-form.ts'
import { type DataForm, dataForm } from './data-form.ts'
import { type FaultsForm, faultsForm } from './faults-form.ts'
import {
  choice,
  converted,
  duration,
  either,
  explained,
  flag,
  map,
  number,
  oneOf,
  orNone,
  share,
  time,
  wantedOf,
} from './leaf.ts'
import { type LearnerForm, learnerForm } from './learner-form.ts'
import { type MeasureForm, measureForm } from './measure-form.ts'
import { type MethodForm, methodForm } from './method-form.ts'
import { type NetworkForm, networkForm } from './network-form.ts'

/** Peer selection. */
export interface OverlayForm {
  readonly kind: Overlay
  readonly degree?: number | undefined
  readonly viewSize?: number | undefined
  readonly online?: boolean | undefined
}

/** How much the periods of peers differ: exactly one of these. */
export interface SpeedsForm {
  readonly classes?: { readonly share: number; readonly factor: number } | undefined
  readonly lognormal?: { readonly sigma: number } | undefined
}

/** What cells have in common, or what differs in some of them. */
export interface SettingForm {
  readonly data?: DataForm | undefined
  readonly shards?: ShardOptions | undefined
  readonly rowsPerPeer?: number | undefined
  readonly correlate?: Correlation | undefined
  readonly values?: Values | undefined
  readonly peers?: number | undefined
  readonly cycle?: Duration | undefined
  readonly duration?: Duration | undefined
  readonly jitter?: number | undefined
  readonly speeds?: SpeedsForm | undefined
  readonly overlay?: OverlayForm | undefined
  readonly network?: NetworkForm | undefined
  readonly churn?: ChurnForm | undefined
  readonly crash?: readonly CrashForm[] | undefined
  readonly join?: JoinForm | undefined
  readonly loseState?: number | undefined
  readonly faults?: FaultsForm | undefined
  readonly learner?: LearnerForm | undefined
  readonly method?: MethodForm | undefined
  readonly measure?: MeasureForm | undefined
  readonly stop?: { readonly error: number } | undefined
  readonly guard?: boolean | undefined
  readonly backend?: Backend | undefined
}

const overlay: z.ZodType<OverlayForm> = either(
  'Peer selection: a fixed graph, NewsCast, or an oracle that knows everybody (uniform). Default: static; uniform where nothing is learned.',
  converted(choice('An overlay with its defaults.', OVERLAYS), (kind): OverlayForm => ({ kind })),
  map('An overlay with its parameter.', {
    kind: choice('The overlay.', OVERLAYS),
    degree: number('Of graphs: neighbours of a peer. Default: 10.', {
      min: 1,
      max: 1_000_000,
      integer: true,
    }).optional(),
    viewSize: number('Of newscast: descriptors in a view. Default: 20.', {
      min: 1,
      max: ScenarioLimit.viewSizeMax,
      integer: true,
    }).optional(),
    online: flag(
      'Of graphs: whether peers know who of their neighbours is online, and choose among those. Default: false.',
    ).optional(),
  }),
)

const speeds: z.ZodType<SpeedsForm> = oneOf('How much the periods of peers differ.', {
  classes: map('A share of the peers is slower, or faster.', {
    share: share('Share of the peers.'),
    factor: number('Their period, as a multiple of that of the others.', { min: 0.001, max: 1000 }),
  }).optional(),
  lognormal: map('Periods are lognormal, with the median Δ.', {
    sigma: number('Standard deviation of the logarithm.', { min: 0, max: 3 }),
  }).optional(),
})

const correlate: z.ZodType<Correlation> = map(
  'Rows whose class depends on their peer: the last class goes to peers of highest degree or speed. Only with iid shards.',
  {
    with: choice('What it depends on.', ['degree', 'speed']),
    strength: share('From 0, at random, to 1, class by class.'),
  },
)

const shards: z.ZodType<ShardOptions> = explained(
  z.string({ error: SHARDS_FORM }).transform((written, context) => {
    try {
      return parseShards(written)
    } catch {
      context.addIssue(SHARDS_FORM)
      return z.NEVER
    }
  }),
  SHARDS_FORM,
  `How rows are dealt out to peers: ${SHARDS_FORM}. Default: iid.`,
  { pattern: '^(iid|by-class|classes(:\\S+)?|dirichlet(:\\S+)?|by-size(:\\S+)?|by-features(:\\S+)?|by-column:.+)$' },
)

const settings: z.ZodType<SettingForm> = map('Settings: what is left out is as in the common setting.', {
  data: dataForm.optional(),
  shards: shards.optional(),
  rowsPerPeer: number('Gives each peer so many rows, reusing rows where there are too few. Only with iid shards.', {
    min: 1,
    max: ScenarioLimit.rowsPerPeerMax,
    integer: true,
  }).optional(),
  correlate: orNone(correlate).optional(),
  values: choice(
    'Of task averaging, what peers hold: uniform in [0, 1), or all at one of them. Default: uniform.',
    VALUES,
  ).optional(),
  peers: number('Number of peers.', {
    min: ScenarioLimit.peersMin,
    max: ScenarioLimit.peersMax,
    integer: true,
  }).optional(),
  cycle: time('Δ: what a cycle lasts, in virtual time.').optional(),
  duration: duration('How long a run is: a whole number of cycles.', { above: true }).optional(),
  jitter: number('Standard deviation of a period as a share of Δ. Default: 0.', {
    min: 0,
    max: ScenarioLimit.jitterMax,
  }).optional(),
  speeds: orNone(speeds).optional(),
  overlay: overlay.optional(),
  network: networkForm.optional(),
  churn: orNone(churnForm).optional(),
  crash: orNone(crashForm).optional(),
  join: orNone(joinForm).optional(),
  loseState: share('The probability that a peer that returns has lost its models. Needs churn. Default: 0.').optional(),
  faults: orNone(faultsForm).optional(),
  learner: learnerForm.optional(),
  method: methodForm.optional(),
  measure: measureForm.optional(),
  stop: orNone(
    map('Ends a run earlier.', {
      error: share('After the first measurement whose mean error is at most this.'),
    }),
  ).optional(),
  guard: flag('Whether what a peer receives passes the guard of a network peer. Default: false.').optional(),
  backend: choice('Who computes. Default: auto.', BACKENDS).optional(),
})

/** The setting, a contestant, a level of the grid. */
export const settingForm: z.ZodType<SettingForm> = explained(settings, wantedOf(settings), settings.description ?? '', {
  id: 'setting',
})
