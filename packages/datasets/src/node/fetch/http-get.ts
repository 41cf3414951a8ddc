import { once } from 'node:events'
import { get as getPlain, type IncomingMessage } from 'node:http'
import { get as getProtected } from 'node:https'
import { EnvironmentError } from '@hearsay/core'

const REDIRECTS_MAX = 10
/** Milliseconds without a byte after which a connection is given up. */
const IDLE_MS_MAX = 60_000

/**
 * Asks for a file by HTTP or HTTPS, and follows redirects, but not from HTTPS to HTTP. Node's own modules: the `fetch` of
 * Node 24 ends the process where a server closes the connection while the body is read slowly.
 *
 * @returns The answer, whatever its status; its body must be read or destroyed.
 * @throws {@link EnvironmentError} `DOWNLOAD_REFUSED`, `NETWORK_UNREACHABLE`; the signal's reason.
 */
export async function httpGet(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  let next = url
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const response = await ask(next, headers, signal)
    const { location } = response.headers
    const isRedirect = [301, 302, 303, 307, 308].includes(response.statusCode ?? 0) && location !== undefined
    if (!isRedirect) return response
    response.destroy()
    const target = URL.canParse(location, next) ? new URL(location, next) : undefined
    const isSafe = target?.protocol === 'https:' || (target?.protocol === 'http:' && next.startsWith('http:'))
    if (target === undefined || !isSafe) {
      throw new EnvironmentError(
        'DOWNLOAD_REFUSED',
        `${url} leads to ${location}, which is not protected: not followed`,
      )
    }
    next = target.href
  }
  throw new EnvironmentError('DOWNLOAD_REFUSED', `${url} leads to other addresses more than ${REDIRECTS_MAX} times`)
}

async function ask(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  signal?.throwIfAborted()
  const get = url.startsWith('https:') ? getProtected : getPlain
  const request = get(url, { headers, agent: false, ...(signal === undefined ? {} : { signal }) })
  // What goes wrong later goes wrong with the answer, too, and is told there.
  request.on('error', () => {})
  request.setTimeout(IDLE_MS_MAX, () => {
    request.destroy(Object.assign(new Error(`nothing came for ${IDLE_MS_MAX / 1000} s`), { code: 'ETIMEDOUT' }))
  })
  try {
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    return response
  } catch (cause) {
    if (signal?.aborted === true) throw signal.reason
    const { code, message } = cause as NodeJS.ErrnoException
    const problem = `${new URL(url).host} cannot be reached (${code ?? message})`
    const hint = 'run it again where there is a network, or import a copy'
    throw new EnvironmentError('NETWORK_UNREACHABLE', `${problem}: ${hint}`, { cause })
  }
}
