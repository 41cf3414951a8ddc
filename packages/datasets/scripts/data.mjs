// Copies the workspace's data sets into the package before it is packed, and removes the copy afterwards.
import { cpSync, rmSync } from 'node:fs'

const source = new URL('../../../datasets/', import.meta.url)
const copy = new URL('../data/', import.meta.url)

rmSync(copy, { recursive: true, force: true })
if (process.argv[2] === 'copy') cpSync(source, copy, { recursive: true })
