import { isNumber } from '../../csv/read-number.ts'
import type { RawDataset } from '../../dataset.ts'
import { listNames, suggestion } from '../../nearest.ts'
import { classLabels } from '../class-labels.ts'
import { DataFileError } from '../data-file-error.ts'
import { checkCells } from '../numeric-array.ts'
import { textLines } from '../text-lines.ts'
import { type ArffAttribute, readAttribute } from './arff-attribute.ts'
import { readToken, splitCells } from './arff-tokens.ts'

/** How an ARFF text is read. */
export interface ArffOptions {
  /**
   * The attribute that holds the class: its name, or in digits its index from 0 where none has such a name.
   *
   * @defaultValue `class` in any case, if there is one, else the last attribute
   */
  readonly label?: string
  /**
   * What errors call the text.
   *
   * @defaultValue `'arff'`
   */
  readonly source?: string
  /** @defaultValue the name that `@relation` gives */
  readonly name?: string
}

/**
 * Reads a text in Weka's attribute-relation file format, with dense or sparse rows. Features are numeric; a nominal one
 * must have numbers as its values. The classes are those of a nominal label, in its order.
 *
 * @param input - Text, or bytes in UTF-8.
 * @throws {@link DataFileError} `ARFF_HEADER`, `ARFF_ATTRIBUTE`, `ARFF_LABEL`, `ARFF_ROW`, `ARFF_VALUE`, `ARFF_NO_ROWS`,
 *   `LABEL_UNKNOWN`, `ONE_CLASS`, `FILE_TOO_LARGE`, `TEXT_NOT_UTF8`, `TEXT_BINARY`.
 */
export function parseArff(input: string | Uint8Array, options: ArffOptions = {}): RawDataset {
  const reader = new ArffReader(options)
  for (const [line, text] of textLines(input, options.source ?? 'arff')) reader.accept(text.trim(), line)
  return reader.finish()
}

class ArffReader {
  readonly #options: ArffOptions
  readonly #source: string
  readonly #attributes: ArffAttribute[] = []
  readonly #values: number[] = []
  readonly #texts: string[] = []
  readonly #lines: number[] = []
  #relation = ''
  #label = -1

  constructor(options: ArffOptions) {
    this.#options = options
    this.#source = options.source ?? 'arff'
  }

  accept(text: string, line: number): void {
    if (text === '' || text.startsWith('%')) return
    if (this.#label !== -1) this.#acceptRow(text, line)
    else if (/^@relation\s/i.test(text)) this.#relation = readToken(text, '@relation'.length, ' ')?.text ?? ''
    else if (/^@attribute\s/i.test(text)) this.#attributes.push(readAttribute(text, { source: this.#source, line }))
    else if (/^@data$/i.test(text)) this.#label = this.#findLabel(line)
    else throw this.#wrong('HEADER', line, 'write @relation, @attribute or @data, or % before a comment')
  }

  finish(): RawDataset {
    const { name = this.#relation || this.#source } = this.#options
    if (this.#label === -1) throw this.#wrong('HEADER', undefined, 'there is no @data')
    if (this.#texts.length === 0) throw this.#wrong('NO_ROWS', undefined, 'there are no rows below @data')
    const rows = this.#texts.length
    const featureNames = this.#attributes.filter((_, index) => index !== this.#label).map((attribute) => attribute.name)
    const { values } = this.#attributes[this.#label]
    const classes = classLabels(this.#texts, this.#source, values, (row) => this.#lines[row])
    return { name, featureNames, features: Float64Array.from(this.#values), rows, ...classes }
  }

  #findLabel(line: number): number {
    const names = this.#attributes.map(({ name }) => name)
    if (names.length < 2) throw this.#wrong('HEADER', line, 'fewer than two attributes stand before @data')
    const repeated = names.find((name, index) => names.indexOf(name) < index)
    if (repeated !== undefined)
      throw this.#wrong('ATTRIBUTE', line, `two attributes are named ${JSON.stringify(repeated)}`)
    const { label } = this.#options
    const found = label === undefined ? names.findIndex((name) => /^class$/i.test(name)) : indexOf(names, label)
    if (found === -1 && label !== undefined) {
      const hint = suggestion(label, names)
      throw this.#wrong('LABEL', line, `no attribute ${JSON.stringify(label)}${hint}; there are ${listNames(names)}`)
    }
    const index = found === -1 ? names.length - 1 : found
    this.#checkFeatures(index, line)
    return index
  }

  #checkFeatures(label: number, line: number): void {
    const wrong = this.#attributes.find(({ values }, index) => index !== label && values?.every(isNumber) === false)
    if (wrong === undefined) return
    const problem = `attribute ${JSON.stringify(wrong.name)} has words as its values: encode them as numbers or drop it`
    throw this.#wrong('ATTRIBUTE', line, problem)
  }

  #acceptRow(text: string, line: number): void {
    const cells = text.startsWith('{') ? this.#sparseCells(text, line) : splitCells(text)
    if (cells === undefined || cells.length !== this.#attributes.length) {
      const problem = cells === undefined ? 'a quote is not closed' : `the row has ${cells.length} cell(s)`
      throw this.#wrong('ROW', line, `${problem}, there are ${this.#attributes.length} attributes`)
    }
    checkCells(this.#source, [this.#texts.length + 1, cells.length])
    for (const [index, cell] of cells.entries()) {
      if (index !== this.#label) this.#values.push(this.#readNumber(cell, index, line))
      else this.#texts.push(this.#readLabel(cell, line))
    }
    this.#lines.push(line)
  }

  /** `{3 1.5, 7 yes}`: what is not named is 0, or the first value of a nominal attribute. */
  #sparseCells(text: string, line: number): string[] {
    const pairs = text.endsWith('}') ? splitCells(text.slice(1, -1)) : undefined
    if (pairs === undefined) throw this.#wrong('ROW', line, 'the sparse row is not closed')
    const cells = this.#attributes.map(({ values }) => values?.[0] ?? '0')
    for (const pair of pairs) {
      if (pair === '' && pairs.length === 1) break
      const index = readToken(pair, 0, ' ')
      const value = index === undefined ? undefined : readToken(pair, index.end, ',')
      const at = /^\d{1,9}$/.test(index?.text ?? '') ? Number(index?.text) : -1
      if (value === undefined || at < 0 || at >= cells.length || value.text === '') {
        throw this.#wrong('ROW', line, `${JSON.stringify(pair.slice(0, 40))} is no index, from 0, and value`)
      }
      cells[at] = value.text
    }
    return cells
  }

  #readLabel(cell: string, line: number): string {
    if (cell === '?' || cell === '') throw this.#wrong('VALUE', line, 'the row has no label')
    return cell
  }

  #readNumber(cell: string, attribute: number, line: number): number {
    const value = isNumber(cell) ? Number(cell) : Number.NaN
    if (Number.isFinite(value)) return value
    const what =
      cell === '?' || cell === '' ? 'the value is missing' : `${JSON.stringify(cell.slice(0, 40))} is no finite number`
    const name = JSON.stringify(this.#attributes[attribute].name)
    throw this.#wrong('VALUE', line, `attribute ${name}: ${what}: fill it in or drop the row`)
  }

  #wrong(code: string, line: number | undefined, problem: string): DataFileError {
    return new DataFileError(`ARFF_${code}`, { source: this.#source, line }, problem)
  }
}

function indexOf(names: readonly string[], label: string): number {
  const named = names.indexOf(label)
  const index = named === -1 && /^\d+$/.test(label) ? Number(label) : named
  return index < names.length ? index : -1
}
