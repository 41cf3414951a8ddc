import type { Results } from '../results/results.ts'
import { type Final, finals } from './finals.ts'
import { formatP, formatValue } from './format.ts'
import { bySetting, metricOf, type Setting } from './groups.ts'
import { equalCostValues, leadCourse, leadValues } from './lead-text.ts'
import { type LeadCourse, leadCourses } from './leads.ts'
import { type PairedTest, pairedTests } from './paired-tests.ts'
import { type Interval, overlap } from './statistics/interval.ts'

/** What the results say about one setting. */
export interface Answer {
  readonly setting: Setting
  /** Who is ahead from when to when. */
  readonly headline: string
  /** Values at equal time and bytes. */
  readonly values: readonly string[]
  /** Values where leads over time are largest, and at equal steps; who is ahead by bytes and by steps; how all end, and how sure that is. */
  readonly sentences: readonly string[]
}

/** Who is ahead early, at equal cost and in the end, and how surely. It says no more than intervals and tests do. */
export function answers(results: Results): Answer[] {
  const { name } = metricOf(results)
  const tests = pairedTests(results)
  const courses = leadCourses(results)
  return bySetting(finals(results)).map((own) => {
    const { setting } = own[0]
    const inside = <Item extends { readonly setting: Setting }>({ setting: { label } }: Item): boolean =>
      label === setting.label
    const axes = courses.filter(inside).filter(({ axis }) => axis !== 'cycles')
    const time = axes.find(({ axis }) => axis === 'time')
    const others = axes.filter((course) => course !== time)
    return {
      setting,
      headline: time === undefined ? (own.length === 1 ? ALONE : APART) : leadCourse(time),
      values: axes.filter(({ axis }) => axis !== 'steps').map(equalCostValues),
      sentences: [
        ...axes.filter(({ axis }) => axis === 'steps').map(equalCostValues),
        ...(time === undefined ? [] : leadValues(time)),
        ...others.map(leadCourse),
        ...atEnd(own, tests.filter(inside), name),
      ],
    }
  })
}

const ALONE = 'Nothing else has been run to compare it with.'
const APART = 'Contestants have no time in common that they were measured at.'

/** How many settings each side is ahead in, somewhere and in the end; absent for a single setting. */
export function acrossSettings(results: Results): string[] {
  const courses = leadCourses(results).filter(({ axis }) => axis === 'time')
  if (courses.length < 2) return []
  const sides = [...new Set(courses.flatMap((course) => course.sides))]
  const tally = (leaders: (course: LeadCourse) => readonly (string | undefined)[]): string => {
    const counts = [...sides, undefined].map((side) => {
      const count = courses.filter((course) => leaders(course).includes(side)).length
      return { count, text: side === undefined ? `no difference is shown in ${count}` : `${side} is ahead in ${count}` }
    })
    return counts
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .map(({ text }) => text)
      .join(', ')
  }
  const somewhere = tally(({ leads }) => leads.flatMap(({ side }) => side ?? []))
  return [
    `At some time, of ${courses.length} settings: ${somewhere === '' ? 'nobody is shown to be ahead' : somewhere}.`,
    `In the end: ${tally(({ leads }) => [leads[leads.length - 1].side])}.`,
  ]
}

function atEnd(own: readonly Final[], tests: readonly PairedTest[], metric: string): string[] {
  const ranked = own.filter(({ value }) => !Number.isNaN(value.mean)).sort((a, b) => a.value.mean - b.value.mean)
  const [first, second, ...rest] = ranked
  if (first === undefined) return [`No run has a final ${metric}.`]
  const best = `${first.contestant} ends with the lowest ${metric}, ${withInterval(first.value)}`
  if (second === undefined) return [`${best}.`]
  const next = `${second.contestant} ${isSeen(first.value.mean, second.value.mean) ? 'follows with' : 'is next to it at'} ${withInterval(second.value)}`
  const others = rest.map(({ contestant, value }) => `${contestant} ${withInterval(value)}`)
  return [
    `${best}; ${next}. ${howSurely(first, second, tests)}`,
    ...(others.length === 0 ? [] : [`Behind them: ${others.join(', ')}.`]),
  ]
}

function howSurely(first: Final, second: Final, tests: readonly PairedTest[]): string {
  const together = overlap(first.value, second.value)
  if (together === undefined) return 'With one seed, this difference may be chance.'
  const names = new Set([first.contestant, second.contestant])
  const pair = tests.find(({ contestants }) => contestants.every((one) => names.has(one)))
  const p = pair?.tests?.t.corrected
  const intervals = together ? 'Their intervals overlap' : 'Their intervals do not overlap'
  if (p === undefined) return `${intervals}; there is no paired test (${pair?.reason ?? 'no pairs'}).`
  const test = `the paired difference over ${pair?.seeds.length} seeds has p ${p < 0.001 ? '' : '= '}${formatP(p)} (t-test, Holm)`
  if (!together && p < 0.05) return `${intervals}, and ${test}: this is hardly chance.`
  if (together && p >= 0.05) return `${intervals}, and ${test}: these seeds do not tell the two apart.`
  return together
    ? `${intervals}, yet ${test}: seed by seed this is hardly chance, though the difference is small beside what seeds vary by.`
    : `${intervals}, but ${test}: more seeds are needed to be sure.`
}

/** Whether two values are different as they are written. */
function isSeen(a: number, b: number): boolean {
  return formatValue(a) !== formatValue(b)
}

function withInterval({ mean, low, high }: Interval): string {
  return Number.isNaN(low)
    ? formatValue(mean)
    : `${formatValue(mean)} (95\u00a0%: ${formatValue(low)} to ${formatValue(high)})`
}
