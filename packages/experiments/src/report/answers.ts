import type { Results } from '../results/results.ts'
import { type Final, finals } from './finals.ts'
import { formatValue } from './format.ts'
import { bySetting, metricOf, type Setting } from './groups.ts'
import { equalCostValues, leadCourse, leadValues } from './lead-text.ts'
import { type LeadCourse, leadCourses } from './leads.ts'
import { type PairedTest, pairedTests } from './paired-tests.ts'
import type { Interval } from './statistics/interval.ts'
import { differenceText, isPair, isShown, testText } from './test-text.ts'

/** What the results say about one setting. */
export interface Answer {
  readonly setting: Setting
  /** Who is ahead from when to when. */
  readonly headline: string
  /** Values at equal time, with the test of the final ones, and at equal bytes. */
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
    const ownTests = tests.filter(inside)
    const leading = time === undefined ? undefined : testInTheEnd(time, ownTests)
    const equal = (course: LeadCourse): string => {
      const test = course === time && leading !== undefined ? ` ${testText(leading, ownTests)}` : ''
      return `${equalCostValues(course)}${test}`
    }
    return {
      setting,
      headline: time === undefined ? (own.length === 1 ? ALONE : APART) : leadCourse(time),
      values: axes.filter(({ axis }) => axis !== 'steps').map(equal),
      sentences: [
        ...axes.filter(({ axis }) => axis === 'steps').map(equal),
        ...(time === undefined ? [] : leadValues(time)),
        ...others.map(leadCourse),
        ...atEnd(own, ownTests, leading, name),
      ],
    }
  })
}

/** Of the two that are lowest where time ends; undefined where they have no two seeds in common. */
function testInTheEnd({ leads }: LeadCourse, tests: readonly PairedTest[]): PairedTest | undefined {
  const { standings } = leads[leads.length - 1].last
  const [first, second] = standings
  return tests.find((test) => test.tests !== undefined && isPair(test, first.contestant, second.contestant))
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
    `In the end: ${tally(({ leads }) => [leads[leads.length - 1].side])}.${corrected(courses, pairedTests(results))}`,
  ]
}

/** What is left of the leads in the end, once it is counted in how many pairs a setting has. */
function corrected(courses: readonly LeadCourse[], tests: readonly PairedTest[]): string {
  const leading = courses.filter(
    ({ leads, hasIntervals }) => hasIntervals && leads[leads.length - 1].side !== undefined,
  )
  if (leading.length === 0) return ''
  const kept = leading.filter(({ setting, leads }) => {
    const [first, ...others] = leads[leads.length - 1].last.standings.map(({ contestant }) => contestant)
    const own = tests.filter((test) => test.setting.label === setting.label)
    return others.every((other) => own.some((test) => isPair(test, first, other) && isShown(test)))
  })
  return ` Of these leads, ${kept.length} of ${leading.length} remain with Holm’s correction for all pairs of a setting (paired t-tests of final values, p < 0.05).`
}

function atEnd(
  own: readonly Final[],
  tests: readonly PairedTest[],
  told: PairedTest | undefined,
  metric: string,
): string[] {
  const ranked = own.filter(({ value }) => !Number.isNaN(value.mean)).sort((a, b) => a.value.mean - b.value.mean)
  const [first, second, ...rest] = ranked
  if (first === undefined) return [`No run has a final ${metric}.`]
  const best = `${first.contestant} ends with the lowest ${metric}, ${withInterval(first.value)}`
  if (second === undefined) return [`${best}.`]
  const next = `${second.contestant} ${isSeen(first.value.mean, second.value.mean) ? 'follows with' : 'is next to it at'} ${withInterval(second.value)}`
  const others = rest.map(({ contestant, value }) => `${contestant} ${withInterval(value)}`)
  return [
    [`${best}; ${next}.`, ...howSurely(first, second, tests, told)].join(' '),
    ...(others.length === 0 ? [] : [`Behind them: ${others.join(', ')}.`]),
  ]
}

/** Nothing where the test has been told before. */
function howSurely(first: Final, second: Final, tests: readonly PairedTest[], told: PairedTest | undefined): string[] {
  const test = tests.find((one) => isPair(one, first.contestant, second.contestant))
  if (test === undefined || test === told) return []
  if (test.seeds.length < 2) return ['With one seed in common, this difference may be chance.']
  return [differenceText(test), testText(test, tests)]
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
