/** A value from elsewhere, beside a curve: mostly published. */
export interface ReferencePoint {
  /** What it is of, as the legend says it. */
  readonly label: string
  /** Publication, with section, table or figure. */
  readonly source: string
  readonly value: number
  /** Where on the axis of cycles; absent: all along it. */
  readonly cycle?: number | undefined
  readonly contestant?: string | undefined
  /** The part of the grid that it belongs to: axis → level; axes that are not named are all meant. */
  readonly where?: Readonly<Record<string, string>> | undefined
}
