import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ConfigurationError, EnvironmentError } from '@hearsay/core'

/**
 * Verifies, before anything is computed, that a plot can be written. A file that is there will be replaced.
 *
 * @throws {@link ConfigurationError} `PLOT_FILE`; {@link EnvironmentError} `PLOT_NOT_WRITTEN`.
 */
export async function checkPlotFile(file: string): Promise<void> {
  if (!/\.svg$/i.test(file)) {
    throw new ConfigurationError(
      'PLOT_FILE',
      `--plot: plots are SVG: give a name that ends in .svg, not ${JSON.stringify(file)}`,
    )
  }
  const present = await stat(file).catch(() => undefined)
  if (present?.isDirectory() === true) {
    throw new ConfigurationError('PLOT_FILE', `--plot: ${file} is a folder: give the name of a file`)
  }
  try {
    await access(present === undefined ? dirname(file) : file, constants.W_OK)
  } catch (error) {
    throw notWritten(file, error)
  }
}

/** @throws {@link EnvironmentError} `PLOT_NOT_WRITTEN`. */
export async function writePlotFile(file: string, svg: string): Promise<void> {
  try {
    await writeFile(file, svg)
  } catch (error) {
    throw notWritten(file, error)
  }
}

function notWritten(file: string, error: unknown): EnvironmentError {
  const code = (error as NodeJS.ErrnoException).code
  const why = code === 'ENOENT' ? `no such folder: ${dirname(file)}` : String((error as Error).message)
  return new EnvironmentError('PLOT_NOT_WRITTEN', `--plot: ${file} cannot be written: ${why}`, { cause: error })
}
