import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How the server treats one path. */
export interface ServedFile {
  readonly bytes: Uint8Array
  /** The server answers a range with the whole file. */
  readonly ignoresRange?: boolean
  /** Bytes after which the first answer waits, until the connection is cut. */
  readonly cutAfter?: number
  readonly status?: number
  readonly location?: string
  /** A server that does not say which version it sends. */
  readonly anonymous?: boolean
  /** A server that says of two versions only that they mean the same. */
  readonly weak?: boolean
  /** Bytes by which an answer to a range begins too late. */
  readonly skips?: number
  /** A body whose length is not told. */
  readonly chunked?: boolean
}

/** A request that the server had. */
export interface Served {
  readonly path: string
  readonly range: string | undefined
  readonly status: number
}

/** A publisher's server on the loopback interface. */
export class FileServer {
  readonly files = new Map<string, ServedFile>()
  readonly requests: Served[] = []
  /** Closes no connection by itself: a request may come late on one that is kept. */
  readonly #server = createServer({ keepAliveTimeout: 0 }, (request, response) => this.#answer(request, response))

  /** Listens on any free port. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Cuts all connections. */
  cut(): void {
    this.#server.closeAllConnections()
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/'
    const { range } = request.headers
    const file = this.files.get(path)
    const status = file === undefined ? 404 : (file.status ?? this.#statusOf(file, request))
    this.requests.push({ path, range, status })
    if (file === undefined || status >= 300) {
      response.writeHead(status, file?.location === undefined ? {} : { location: file.location }).end()
      return
    }
    this.#send(path, file, status === 206 ? Number(range?.match(/\d+/)?.[0]) : 0, status, response)
  }

  #statusOf(file: ServedFile, { headers }: IncomingMessage): number {
    const start = Number(headers.range?.match(/\d+/)?.[0] ?? 0)
    if (file.ignoresRange === true || headers.range === undefined || headers['if-range'] !== tagOf(file)) return 200
    return start >= file.bytes.length ? 416 : 206
  }

  #send(path: string, file: ServedFile, start: number, status: number, response: ServerResponse): void {
    const { bytes, cutAfter, skips = 0 } = file
    const first = status === 206 ? start + skips : start
    const body = bytes.subarray(first)
    const headers: Record<string, string> = file.chunked === true ? {} : { 'content-length': String(body.length) }
    if (file.anonymous !== true) headers['etag'] = tagOf(file)
    if (status === 206) headers['content-range'] = `bytes ${first}-${bytes.length - 1}/${bytes.length}`
    response.writeHead(status, headers)
    if (cutAfter === undefined) {
      response.end(body)
      return
    }
    const { cutAfter: _, ...whole } = file
    this.files.set(path, whole)
    response.write(body.subarray(0, cutAfter))
  }
}

function tagOf({ bytes, weak }: ServedFile): string {
  return `${weak === true ? 'W/' : ''}"${bytes.length}-${bytes[0]}"`
}
