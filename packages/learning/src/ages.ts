/** How a merge combines two ages. */
export type AgeRule = 'max' | 'sum'

/** The largest age: ages saturate there, where float64 still counts in ones. */
export const AGE_MAX: number = Number.MAX_SAFE_INTEGER

/**
 * The age of a merged model.
 *
 * `max` is what the authors' code does. `sum` is printed on slides and in courses: it doubles the age at every merge, so
 * that after some fifty merges it has saturated, and long before that η ≈ 0 and learning has stopped.
 */
export function mergedAge(rule: AgeRule, a: number, b: number): number {
  return rule === 'sum' ? Math.min(a + b, AGE_MAX) : Math.max(a, b)
}

/** The age after `rows` more rows. */
export function agedBy(age: number, rows: number): number {
  return Math.min(age + rows, AGE_MAX)
}
