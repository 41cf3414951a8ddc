import { z } from 'zod'
import type { Duration } from '../units/duration.ts'
import { choice, duration, flag, map, number } from './leaf.ts'

/** What computes an aggregate. */
export interface AveragingForm {
  readonly kind: 'push-pull' | 'push-sum' | 'count'
  readonly form?: 'difference' | 'value' | undefined
  readonly instances?: number | undefined
  readonly leaders?: number | undefined
  readonly order?: 'shuffled' | 'fixed' | undefined
  readonly epoch?: Duration | undefined
}

/** Rumor mongering. */
export interface RumorForm {
  readonly kind: 'rumor-mongering'
  readonly exchange?: 'push' | 'pull' | 'push-pull' | undefined
  readonly feedback?: boolean | undefined
  readonly stop?: 'counter' | 'coin' | undefined
  readonly k?: number | undefined
  readonly connectionLimit?: number | undefined
  readonly hunts?: number | undefined
  readonly minimization?: boolean | undefined
  readonly synchronous?: boolean | undefined
}

/** Methods that learn nothing, by the task that they are of. */
export const TASK_METHODS = {
  averaging: ['push-pull', 'push-sum', 'count'],
  rumor: ['rumor-mongering'],
} as const

const turns = {
  order: choice('Whether the order of turns is drawn anew in each cycle, or once. Default: shuffled.', [
    'shuffled',
    'fixed',
  ]).optional(),
  epoch: duration('After which it starts anew: a whole number of cycles. Default: as long as the run.', {
    above: true,
  }).optional(),
}

const pushPull = map('Of task averaging: push–pull averaging (Jelasity, Montresor, Babaoglu 2005).', {
  kind: z.literal('push-pull'),
  form: choice('What a reply carries: difference, which conserves mass, or value. Default: difference.', [
    'difference',
    'value',
  ]).optional(),
  ...turns,
})

const pushSum = map('Of task averaging: push-sum (Kempe, Dobra, Gehrke 2003).', {
  kind: z.literal('push-sum'),
  ...turns,
})

const count = map('Of task averaging: COUNT, the size of the network (Jelasity, Montresor, Babaoglu 2005).', {
  kind: z.literal('count'),
  instances: number('t: concurrent instances, of whose results the middle third counts. Default: 20.', {
    min: 1,
    max: 255,
    integer: true,
  }).optional(),
  leaders: number('How many lead on average, in epochs after the first. Default: all.', {
    min: 0,
    above: true,
    max: 1e9,
  }).optional(),
  ...turns,
})

const rumorMongering = map('Of task rumor: rumor mongering (Demers et al. 1987).', {
  kind: z.literal('rumor-mongering'),
  exchange: choice('Who sends in a contact. Default: push.', ['push', 'pull', 'push-pull']).optional(),
  feedback: flag(
    'Whether only contacts that knew make a peer lose interest, or any (blind). Default: true.',
  ).optional(),
  stop: choice('After k such contacts in a row, or after each with probability 1/k. Default: counter.', [
    'counter',
    'coin',
  ]).optional(),
  k: number('k. Default: 3.', { min: 1, max: 255, integer: true }).optional(),
  connectionLimit: number('Contacts that a peer accepts in a cycle. Default: any number.', {
    min: 1,
    max: 64,
    integer: true,
  }).optional(),
  hunts: number('Other partners that a peer tries after a refusal. Default: 0.', {
    min: 0,
    max: 255,
    integer: true,
  }).optional(),
  minimization: flag(
    'Whether of two that know only the smaller counter counts. Needs push-pull, feedback and counter. Default: false.',
  ).optional(),
  synchronous: flag(
    'Whether all peers take their turns together. Needs a constant delay, well below a cycle, and no jitter. Default: true.',
  ).optional(),
})

/** The methods of tasks that learn nothing, told apart by their `kind`. */
export const taskMethods: readonly (z.ZodType<AveragingForm | RumorForm> & z.core.$ZodTypeDiscriminable)[] = [
  ...[pushPull, pushSum, count],
  rumorMongering,
]
