import { ConfigurationError } from '@hearsay/core'
import type { Dataset, FeatureArray, SplitDataset } from './dataset.ts'
import { listNames, suggestion } from './nearest.ts'
import { selectRows } from './select-rows.ts'

/**
 * The rows of some classes, in their order, as if there were no others.
 *
 * @param names - The classes to keep, by name: a class's place here is its index in the result. Two at least, all different.
 * @throws {@link ConfigurationError} `CLASSES` for names that are none, or fewer than two; `CLASS_EMPTY` where the training or
 *   the test rows of the selection would be none.
 */
export function selectClasses<Features extends FeatureArray>(
  split: SplitDataset<Features>,
  names: readonly string[],
): SplitDataset<Features> {
  const { name, classNames } = split.train
  if (names.length < 2 || new Set(names).size < names.length) {
    throw new ConfigurationError('CLASSES', `${name}: name two different classes at least, not ${listNames(names)}`)
  }
  const unknown = names.find((wanted) => !classNames.includes(wanted))
  if (unknown !== undefined) {
    const hint = suggestion(unknown, classNames)
    const there = `there are ${listNames(classNames)}`
    throw new ConfigurationError('CLASSES', `${name} has no class ${JSON.stringify(unknown)}${hint}; ${there}`)
  }
  return { train: select(split.train, names), test: select(split.test, names) }
}

function select<Features extends FeatureArray>(
  dataset: Dataset<Features>,
  names: readonly string[],
): Dataset<Features> {
  const { name, classNames, labels } = dataset
  const kept = classNames.map((className) => names.indexOf(className))
  const rows = Array.from(labels.keys()).filter((row) => kept[labels[row]] >= 0)
  if (rows.length === 0) {
    throw new ConfigurationError(
      'CLASS_EMPTY',
      `${name}: no rows of the classes ${listNames(names)} in one of its parts`,
    )
  }
  const selected = selectRows(dataset, rows)
  return { ...selected, classNames: [...names], labels: selected.labels.map((label) => kept[label]) }
}
