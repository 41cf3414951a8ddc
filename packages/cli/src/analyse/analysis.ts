import type { Ensemble } from '@hearsay/analysis'

/** What one form of `hearsay analyse` computes: theory at once, its simulation run by run. */
export interface Analysis {
  readonly name: 'rumor' | 'epidemic' | 'averaging' | 'shuffle'
  /** For the head of the table and of the plot. */
  readonly title: string
  /** What the title does not say, for the plot. */
  readonly subtitle: string
  readonly parameters: Readonly<Record<string, number | string>>
  readonly time: Time
  readonly quantities: readonly Quantity[]
  /** Whether the plot's vertical axis is logarithmic. */
  readonly logarithmic: boolean
  /** Runs one more run: its series join the ensembles of the quantities. */
  readonly simulate: () => void
  /** Single numbers, given the runs so far. */
  readonly facts: () => readonly Fact[]
}

/** The times 0 … steps, each `stride` entries of a series apart. */
export interface Time {
  /** Singular: `cycle`, `slot`. */
  readonly unit: string
  readonly steps: number
  readonly stride: number
}

/** Something that changes with time, as theories predict it and as a simulation shows it. */
export interface Quantity {
  /** For programs. */
  readonly name: string
  /** For people, with the unit. */
  readonly label: string
  readonly theories: readonly Theory[]
  readonly simulated: Ensemble
}

/** What a theory says of a quantity. */
export interface Theory {
  /** For programs, and for the heads of columns. */
  readonly name: string
  /** For the plot's legend. */
  readonly label: string
  readonly values: ArrayLike<number>
}

/** A single number that an analysis comes to. */
export interface Fact {
  /** For programs. */
  readonly name: string
  readonly label: string
  readonly value: number
  /** Of a simulated number. */
  readonly standardError?: number
}
