import { DataFileError, type FilePosition } from '../data-file-error.ts'
import { readToken, splitCells } from './arff-tokens.ts'

/** A column of an ARFF file. */
export interface ArffAttribute {
  readonly name: string
  /** The values of a nominal attribute; absent for a numeric one. */
  readonly values?: readonly string[]
}

/**
 * Reads `@attribute name numeric` or `@attribute name {a, b}`.
 *
 * @throws {@link DataFileError} `ARFF_ATTRIBUTE` for anything else, texts and dates among it.
 */
export function readAttribute(line: string, position: FilePosition): ArffAttribute {
  const wrong = (problem: string): DataFileError => new DataFileError('ARFF_ATTRIBUTE', position, problem)
  const name = readToken(line, '@attribute'.length, ' ')
  if (name === undefined || name.text === '') throw wrong('no name: write @attribute NAME TYPE')
  const type = line.slice(name.end).trim()
  if (/^(numeric|real|integer)$/i.test(type)) return { name: name.text }
  if (!type.startsWith('{')) {
    const shown = JSON.stringify(type.slice(0, 40))
    throw wrong(
      `attribute ${JSON.stringify(name.text)} has the type ${shown}: only numeric and {nominal, …} can be read`,
    )
  }
  const values = type.endsWith('}') ? splitCells(type.slice(1, -1)) : undefined
  if (values === undefined || values.includes('') || new Set(values).size < values.length) {
    throw wrong(`the values of attribute ${JSON.stringify(name.text)} are not different words between braces`)
  }
  return { name: name.text, values }
}
