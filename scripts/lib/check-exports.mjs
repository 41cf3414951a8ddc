// Checks what each publishable package would publish.
import { styleText } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { inRoot, packageFolders, readManifest } from './workspace.mjs'

const publishable = packageFolders().filter((folder) => !readManifest(folder).private)
const reports = await Promise.all(
  publishable.map(async (folder) => {
    const { messages } = await publint({ pkgDir: inRoot(folder), strict: true, pack: 'npm' })
    return messages.map((message) => `${folder}: ${formatMessage(message, readManifest(folder))}`)
  }),
)
for (const line of reports.flat()) console.log(styleText('red', line))
process.exitCode = reports.flat().length === 0 ? 0 : 1
