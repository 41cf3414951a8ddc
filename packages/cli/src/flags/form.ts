import { readFileSync } from 'node:fs'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'
import { Option } from 'commander'
import { type NumberBounds, parseNumber } from './number-flag.ts'

/** A flag whose value has a form of its own. */
export function formFlag<Value>(flags: string, description: string, parse: (text: string) => Value): Option {
  return new Option(flags, description).argParser(parse)
}

/** A flag that may be given several times, and collects the values. */
export function repeatedFlag<Value>(flags: string, description: string, parse: (text: string) => Value): Option {
  const collect = (text: string, before: readonly Value[] | undefined): readonly Value[] => [
    ...(before ?? []),
    parse(text),
  ]
  return new Option(flags, `${description}; may be repeated`).argParser(collect)
}

/** A {@link ConfigurationError} `FLAG_FORM` that shows what is wanted. */
export function formError(flag: string, form: string, text: string): ConfigurationError {
  return new ConfigurationError('FLAG_FORM', `${flag}: give ${form}, not ${JSON.stringify(text)}`)
}

/**
 * Numbers between commas, each with bounds of its own.
 *
 * @param form - What the error shows.
 * @param required - How many there are at least. Default: all.
 * @throws {@link ConfigurationError} `FLAG_FORM`, `FLAG_NUMBER`.
 */
export function parseNumbers(
  flag: string,
  form: string,
  text: string,
  bounds: readonly NumberBounds[],
  required: number = bounds.length,
): number[] {
  const words = text.split(',')
  if (words.length < required || words.length > bounds.length) throw formError(flag, form, text)
  return words.map((word, index) => parseNumber(flag, word, bounds[index]))
}

/**
 * The text of a file that a flag names.
 *
 * @throws {@link EnvironmentError} `FILE_NOT_READ`.
 */
export function readFlagFile(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    const why = isMissing ? 'there is no such file' : (cause as Error).message
    throw new EnvironmentError('FILE_NOT_READ', `${flag}: ${path} cannot be read: ${why}`, { cause })
  }
}
