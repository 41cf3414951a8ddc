import { openSync, writeSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { EnvironmentError } from '@hearsay/core'
import type { TransportLog } from '@hearsay/peer'

/**
 * Makes sure that a log can be written.
 *
 * @throws {@link EnvironmentError} `LOG_FILE`.
 */
export async function checkLogFile(path: string): Promise<void> {
  try {
    await appendFile(path, '')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new EnvironmentError('LOG_FILE', `${path} cannot be written: ${why}`, { cause })
  }
}

/** Makes the logs of any number of peers that share a file: each line is one JSON object, appended. */
export function openLogFile(path: string): (fields: Readonly<Record<string, unknown>>) => TransportLog {
  const file = openSync(path, 'a')
  return (common) => {
    const write = (level: string, fields: Readonly<Record<string, unknown>>, message: string): void => {
      const line = { time: new Date().toISOString(), level, ...common, message, ...fields }
      try {
        // In one piece, so that the lines of several processes do not mix; at once, so that none is lost in a crash.
        writeSync(file, `${JSON.stringify(line, errorsAsText)}\n`)
      } catch {
        // A disk that is full must not end a run.
      }
    }
    return {
      info: (fields, message) => write('info', fields, message),
      warn: (fields, message) => write('warn', fields, message),
    }
  }
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? String(value) : value
}
