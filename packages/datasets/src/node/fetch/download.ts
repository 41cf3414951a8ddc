import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { EnvironmentError } from '@hearsay/core'
import { httpGet } from './http-get.ts'

/** A file to download. */
export interface DownloadOptions {
  readonly url: string
  /** Path to write. Until the file is complete, what there is of it is kept beside it, as `….part`. */
  readonly target: string
  /** Ends the download, with what has arrived kept. */
  readonly signal?: AbortSignal
  /** Told now and then; `total` is unknown where the server does not say. */
  readonly onProgress?: (received: number, total: number | undefined) => void
  /**
   * Bytes at which a download is given up.
   *
   * @defaultValue 2³¹
   */
  readonly bytesMax?: number
}

/** What was there before, and what the server must still have for the rest to fit. */
interface Partial {
  readonly bytes: number
  readonly validator: string | undefined
}

/**
 * Downloads a file, or the rest of one, and puts it in its place when it is complete.
 *
 * @throws {@link EnvironmentError} `NETWORK_UNREACHABLE`, `DOWNLOAD_REFUSED`, `DOWNLOAD_INCOMPLETE`,
 *   `DOWNLOAD_TOO_LARGE`, `CACHE_NOT_WRITTEN`; the signal's reason.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { url, target, signal } = options
  const part = `${target}.part`
  const before = await partialOf(part)
  let response = await httpGet(url, headersFor(before), signal)
  if (response.statusCode === 416) {
    // Nothing of it is left to send, or the file is another one: begin again.
    response.destroy()
    response = await httpGet(url, headersFor(NOTHING), signal)
  }
  const { statusCode: status = 0, statusMessage = '', headers } = response
  if (status !== 200 && status !== 206) {
    response.destroy()
    throw new EnvironmentError('DOWNLOAD_REFUSED', `${url}: the server answers ${status} ${statusMessage}`.trim())
  }
  const start = status === 206 ? startOf(response, before, url) : 0
  const validator = headers.etag ?? headers['last-modified']
  try {
    await onDisk(part, async () => {
      // Emptied before it is said to be of this version: what is left of another one must not be gone on from.
      if (start === 0) await writeFile(part, '')
      if (validator === undefined) await rm(`${part}.from`, { force: true })
      else await writeFile(`${part}.from`, validator)
    })
    await receive(response, start, part, options)
  } finally {
    response.destroy()
  }
  await onDisk(target, async () => {
    await rename(part, target)
    await rm(`${part}.from`, { force: true })
  })
}

const NOTHING: Partial = { bytes: 0, validator: undefined }

async function partialOf(part: string): Promise<Partial> {
  const bytes = await stat(part).then(
    ({ size }) => size,
    () => 0,
  )
  const validator = await readFile(`${part}.from`, 'utf8').catch(() => undefined)
  // Without a way to tell that it is still the same file, its rest might not fit.
  return validator === undefined || validator.startsWith('W/') ? NOTHING : { bytes, validator }
}

/** Compressed on its way, a file would have other lengths than the server says. */
function headersFor({ bytes, validator }: Partial): Record<string, string> {
  const range = bytes > 0 && validator !== undefined ? { range: `bytes=${bytes}-`, 'if-range': validator } : {}
  return { ...range, 'accept-encoding': 'identity', 'user-agent': 'hearsay' }
}

/** Where the server goes on: it must be where we left off. */
function startOf(response: IncomingMessage, { bytes }: Partial, url: string): number {
  const start = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1]
  if (Number(start) === bytes) return bytes
  response.destroy()
  throw new EnvironmentError(
    'DOWNLOAD_REFUSED',
    `${url}: the server goes on at byte ${start ?? 'unknown'}, not at ${bytes}`,
  )
}

async function receive(
  response: IncomingMessage,
  start: number,
  part: string,
  options: DownloadOptions,
): Promise<void> {
  const { url, signal, onProgress, bytesMax = 2 ** 31 } = options
  const { 'content-length': length } = response.headers
  const total = length === undefined ? undefined : start + Number(length)
  const file = await onDisk(part, () => open(part, 'r+'))
  let received = start
  try {
    onProgress?.(received, total)
    for await (const chunk of response as AsyncIterable<Buffer>) {
      if (received + chunk.length > bytesMax) {
        throw new EnvironmentError('DOWNLOAD_TOO_LARGE', `${url}: more than ${bytesMax} bytes: this is not the file`)
      }
      await onDisk(part, () => writeWhole(file, chunk, received))
      received += chunk.length
      onProgress?.(received, total)
      signal?.throwIfAborted()
    }
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason
    if (cause instanceof EnvironmentError) throw cause
    throw incomplete(url, received, total, cause)
  } finally {
    await file.close()
  }
  if (total !== undefined && received !== total) throw incomplete(url, received, total, undefined)
}

/** Where a disk is almost full, less than asked for may be written without an error. */
async function writeWhole(file: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    written += (await file.write(chunk, written, chunk.length - written, position + written)).bytesWritten
  }
}

/** What the disk refuses is not the network's fault. Throws {@link EnvironmentError} `CACHE_NOT_WRITTEN`. */
async function onDisk<Result>(path: string, write: () => Promise<Result>): Promise<Result> {
  return await write().catch((cause: unknown) => {
    throw new EnvironmentError('CACHE_NOT_WRITTEN', `${path} cannot be written: ${(cause as Error).message}`, { cause })
  })
}

function incomplete(url: string, received: number, total: number | undefined, cause: unknown): EnvironmentError {
  const problem = `${url}: the connection ended after ${received} of ${total ?? 'unknown'} bytes`
  return new EnvironmentError('DOWNLOAD_INCOMPLETE', `${problem}: run it again to go on from there`, { cause })
}
