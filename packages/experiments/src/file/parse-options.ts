/** How an experiment file is parsed. */
export interface ParseExperimentOptions {
  /** Where the file is: what errors call it, and where the paths in it start. */
  readonly path: string
  /**
   * Whether the quick form of the experiment is wanted.
   *
   * @defaultValue false
   */
  readonly reduced?: boolean | undefined
  /**
   * Reads files that the experiment names: tables of delays, recorded sessions. Throws a {@link HearsayError} where it
   * cannot.
   *
   * @defaultValue naming such a file is an error
   */
  readonly readFile?: ((path: string) => string) | undefined
}
