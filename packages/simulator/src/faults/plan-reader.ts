import { ConfigurationError } from '@hearsay/core'

/** Reads an object that somebody wrote, property by property. Errors name the place: `crashes[1].share`. */
export class PlanReader {
  readonly #place: string
  readonly #object: Readonly<Record<string, unknown>>
  readonly #read = new Set<string>()

  /** @throws {@link ConfigurationError} `FAULT_PLAN` where `value` is no object. */
  constructor(place: string, value: unknown) {
    this.#place = place
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ConfigurationError('FAULT_PLAN', `${place === '' ? 'a fault plan' : place} is an object`)
    }
    this.#object = value as Readonly<Record<string, unknown>>
  }

  /** A number in [min, max], finite. */
  number(name: string, min: number, max: number): number {
    const value = this.#take(name)
    if (typeof value === 'number' && value >= min && value <= max && Number.isFinite(value)) return value
    const range = max === Number.POSITIVE_INFINITY ? `≥ ${min}` : `in [${min}, ${max}]`
    throw this.error(name, `is a number ${range}, not ${JSON.stringify(value)}`)
  }

  /** As {@link number}, under its name; nothing where there is none. */
  optional<Name extends string>(name: Name, min: number, max: number): { readonly [key in Name]?: number } {
    if (this.#take(name) === undefined) return {}
    return { [name]: this.number(name, min, max) } as { readonly [key in Name]: number }
  }

  choice<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#take(name)
    const word = words.find((known) => known === value)
    if (word !== undefined) return word
    throw this.error(name, `is one of ${words.join(', ')}, not ${JSON.stringify(value)}`)
  }

  has(name: string): boolean {
    return this.#take(name) !== undefined
  }

  /** The object under a name. */
  object(name: string): PlanReader {
    return new PlanReader(this.#path(name), this.#take(name))
  }

  /** The objects in the list under a name. */
  list(name: string): PlanReader[] {
    const value = this.#take(name)
    if (!Array.isArray(value)) throw this.error(name, 'is a list')
    return value.map((entry: unknown, index) => new PlanReader(`${this.#path(name)}[${index}]`, entry))
  }

  /** @throws {@link ConfigurationError} where there is a property that nobody has read. */
  end(): void {
    const unknown = Object.keys(this.#object).find((name) => !this.#read.has(name))
    if (unknown !== undefined) throw this.error(unknown, 'is nothing that a fault plan has here')
  }

  error(name: string, problem: string): ConfigurationError {
    return new ConfigurationError('FAULT_PLAN', `${this.#path(name)} ${problem}`)
  }

  #take(name: string): unknown {
    this.#read.add(name)
    return this.#object[name]
  }

  #path(name: string): string {
    return this.#place === '' ? name : `${this.#place}.${name}`
  }
}
