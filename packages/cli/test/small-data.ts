import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomStream } from '@hearsay/core'

/** Flags that run on a file of 300 rows with six features in two classes, which is written to `folder`: quick to read. */
export function smallData(folder: string): readonly string[] {
  const file = join(folder, 'small.csv')
  const random = randomStream(1)
  const rows = Array.from({ length: 300 }, () => {
    const isIn = random.float64() < 0.4
    const values = Array.from({ length: 6 }, (_, i) => ((isIn ? i : 0) + 3 * random.normal()).toFixed(3))
    return [...values, isIn ? 'in' : 'out'].join(',')
  })
  writeFileSync(file, `a,b,c,d,e,f,kind\n${rows.join('\n')}\n`)
  return ['--data', file, '--label', 'kind']
}
