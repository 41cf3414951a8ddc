import { isAbsolute, join } from 'node:path'
import { HearsayError } from '@hearsay/core'
import { SettingProblem } from './setting-problem.ts'
import type { Path } from '../yaml/located.ts'

/** Reads files that an experiment file names. */
export class SideFiles {
  readonly #folder: string
  readonly #readFile: ((path: string) => string) | undefined
  readonly #parsed = new Map<string, unknown>()

  /**
   * @param folder - The folder of the experiment file.
   * @param readFile - Throws where there is no such file. Default: no file can be read.
   */
  constructor(folder: string, readFile: ((path: string) => string) | undefined) {
    this.#folder = folder
    this.#readFile = readFile
  }

  /** The path of a file that the experiment file names. */
  resolve(name: string): string {
    return isAbsolute(name) ? name : join(this.#folder, name)
  }

  /** What a file says; each is read once. */
  parse<Value>(name: string, at: Path, parse: (text: string, path: string) => Value): Value {
    const path = this.resolve(name)
    const known = this.#parsed.get(path)
    if (known !== undefined) return known as Value
    if (this.#readFile === undefined) {
      throw new SettingProblem(at, `${path} cannot be read here: parse the file with readExperiment`, 'EXPERIMENT_DATA')
    }
    try {
      const value = parse(this.#readFile(path), path)
      this.#parsed.set(path, value)
      return value
    } catch (cause) {
      if (!(cause instanceof HearsayError)) throw cause
      throw new SettingProblem(at, cause.message, 'EXPERIMENT_DATA', { cause })
    }
  }
}
