/** What an experiment is expected to show, to be held against its results. */
export interface Claim {
  /** In words. */
  readonly that: string
  /** The publication that claims it. */
  readonly source?: string | undefined
  readonly check: ClaimCheck
}

export type ClaimCheck =
  /**
   * The confidence intervals of two values do not overlap, and the first is lower; with `by`, lower by at least so much on
   * average.
   */
  | { readonly kind: 'less'; readonly value: ValueAt; readonly than: ValueAt; readonly by?: number | undefined }
  /** The mean over seeds lies in a range. */
  | { readonly kind: 'range'; readonly value: ValueAt; readonly min: number; readonly max: number }
  /** The means over seeds differ by no more than `within`. */
  | { readonly kind: 'close'; readonly value: ValueAt; readonly to: ValueAt; readonly within: number }

/** The metric's mean over peers, of one contestant at one level of each axis, over seeds. */
export interface ValueAt {
  readonly contestant: string
  /** Axis → level: one of each axis of the grid. */
  readonly where: Readonly<Record<string, string>>
  /** A measured cycle. */
  readonly cycle: number
}
