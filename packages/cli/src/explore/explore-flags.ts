import { ConfigurationError } from '@hearsay/core'
import type { Command } from 'commander'
import { numberFlag } from '../flags/number-flag.ts'

/** Adds `--explore` and what belongs to it; `--seed`, `--workers` and `--json` are those of the command. */
export function addExploreFlags(command: Command): Command {
  return command
    .optionsGroup('Faults:')
    .addOption(
      numberFlag(
        '--explore <plans>',
        'instead of a run: hold small populations of every protocol against so many random fault plans, from --seed on, ' +
          'on all cores unless --workers says otherwise; exit code 1 where an invariant does not hold',
        { min: 1, max: 1e9, integer: true },
      ),
    )
    .option('--protocol <name>', 'explore this protocol only')
}

/** Names of the flags that an exploration has. */
const ALLOWED: ReadonlySet<string> = new Set(['explore', 'protocol', 'seed', 'workers', 'json', 'debug'])

/**
 * Refuses flags that have no effect.
 *
 * @param given - Names of the flags on the command line, in camel case.
 * @param explores - Whether `--explore` is one of them.
 * @throws {@link ConfigurationError} `EXPLORE`.
 */
export function checkExploreFlags(given: ReadonlySet<string>, explores: boolean): void {
  if (!explores) {
    if (!given.has('protocol')) return
    throw new ConfigurationError('EXPLORE', '--protocol says what is explored: give --explore too, or leave it away')
  }
  const other = [...given].find((name) => !ALLOWED.has(name))
  if (other === undefined) return
  const flag = `--${other.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  throw new ConfigurationError('EXPLORE', `--explore draws its populations from --seed: leave ${flag} away`)
}
