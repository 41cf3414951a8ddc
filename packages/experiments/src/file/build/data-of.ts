import type { TrialData } from '../../trial/trial-settings.ts'
import type { DataForm } from '../form/data-form.ts'
import { conflict, required } from './setting-problem.ts'
import type { SideFiles } from './side-files.ts'

const OF_FILES = ['label', 'delimiter', 'testFraction'] as const

/** The rows of a trial. */
export function dataOf(form: DataForm | undefined, files: SideFiles): TrialData {
  const data = required(form, ['data'], 'the name of a data set, or a map with file and label')
  const { scale = 'standardise', classes } = data
  classes?.forEach((name, index) => {
    if (classes.indexOf(name) < index)
      conflict(['data', 'classes', index], `the class ${JSON.stringify(name)} is there twice`)
  })
  return { source: sourceOf(data, files), scale, ...(classes !== undefined && { classes }) }
}

function sourceOf(data: DataForm, files: SideFiles): TrialData['source'] {
  const { name, cache, file, label, delimiter = 'comma', testFraction } = data
  if (file === undefined) {
    const misplaced = OF_FILES.find((key) => data[key] !== undefined)
    if (misplaced !== undefined)
      conflict(['data', misplaced], `data.${misplaced} goes with data.file: a data set with a name has its own`)
    const named = required(name, ['data'], 'data.name or data.file')
    return { kind: 'named', name: named, ...(cache !== undefined && { cache: files.resolve(cache) }) }
  }
  if (name !== undefined) conflict(['data', 'file'], 'data.name and data.file both say where rows come from: give one')
  if (cache !== undefined) conflict(['data', 'cache'], 'data.cache goes with data.name')
  const column = required(label, ['data', 'label'], 'the column that holds the class')
  return { kind: 'file', path: files.resolve(file), label: String(column), delimiter, testFraction }
}
