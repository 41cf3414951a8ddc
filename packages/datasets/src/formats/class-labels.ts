import { sortClassNames } from '../csv/class-index.ts'
import { listNames, suggestion } from '../nearest.ts'
import { DataFileError } from './data-file-error.ts'

/** What classes are called, and which one each row has. */
export interface ClassLabels {
  readonly classNames: readonly string[]
  readonly labels: Int32Array
}

/**
 * Gives labels their class index.
 *
 * @param texts - One label per row.
 * @param source - What errors call the file.
 * @param classNames - The classes. Default: the labels found, numbers in numeric order, else in code unit order.
 * @param lineOf - Line of a row, for errors.
 * @throws {@link DataFileError} `LABEL_UNKNOWN`, `ONE_CLASS`.
 */
export function classLabels(
  texts: readonly string[],
  source: string,
  classNames?: readonly string[],
  lineOf?: (row: number) => number,
): ClassLabels {
  const names = classNames ?? sortClassNames([...new Set(texts)])
  const indexOf = new Map(names.map((name, index) => [name, index]))
  const labels = new Int32Array(texts.length)
  for (const [row, text] of texts.entries()) {
    const index = indexOf.get(text)
    if (index === undefined) {
      const problem = `unknown class ${JSON.stringify(text)}${suggestion(text, names)}; the classes are ${listNames(names)}`
      throw new DataFileError('LABEL_UNKNOWN', { source, line: lineOf?.(row) }, problem)
    }
    labels[row] = index
  }
  if (names.length < 2) {
    const problem = `every row has the label ${JSON.stringify(names[0] ?? '')}: at least two classes are needed`
    throw new DataFileError('ONE_CLASS', { source }, problem)
  }
  return { classNames: [...names], labels }
}
