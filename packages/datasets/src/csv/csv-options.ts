/** How a CSV text is read as a data set. */
export interface CsvOptions {
  /**
   * The column that holds the class: its name, or its index from 0 (as a number, or as digits where no column has
   * such a name).
   */
  readonly label: string | number
  /**
   * What errors call the text, such as a file name.
   *
   * @defaultValue `'csv'`
   */
  readonly source?: string
  /**
   * Name of the data set.
   *
   * @defaultValue `source`
   */
  readonly name?: string
  /**
   * The classes of a run that this file is a shard of, at least two. A label outside them is an error, and rows of one
   * class only are not.
   *
   * @defaultValue the labels found, numbers in numeric order, else in code unit order
   */
  readonly classNames?: readonly string[]
  /**
   * Whether a file whose rows have all one label is accepted: a shard whose run, and so its classes, is not known yet.
   *
   * @defaultValue false
   */
  readonly oneClass?: boolean
  /**
   * The features of a run that this file is a shard of. The file must have exactly these columns and the label, in any
   * order; the result has them in this order.
   *
   * @defaultValue every column but the label, in file order
   */
  readonly featureNames?: readonly string[]
  /**
   * What separates cells. `' '` stands for any number of blanks and tabs; there are no quotes then.
   *
   * @defaultValue `','`
   */
  readonly delimiter?: ',' | ';' | '\t' | ' '
  /**
   * Whether the first line has the columns' names. Without them, columns are named `x0`, `x1`, … by their place.
   *
   * @defaultValue true
   */
  readonly header?: boolean
}
