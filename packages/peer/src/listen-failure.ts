import { EnvironmentError } from '@hearsay/core'

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there: choose another port',
  EADDRNOTAVAIL: 'this machine has no such address: choose one of its own, or 0.0.0.0 for all of them',
  EACCES: 'this user may not listen there: choose a port above 1023',
}

/**
 * Why a host does not listen.
 *
 * @param listen - What it was to listen on.
 * @param cause - Of libp2p, whose message alone has the addresses' own errors: each on a line, a stack below it.
 */
export function listenFailure(listen: readonly string[], cause: unknown): EnvironmentError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const failures = [...message.matchAll(/^ {2}(\/\S+): (?:\w*Error: )?(.+)$/gm)]
  const told = failures.map(([, address, reason]) => `cannot listen on ${address}: ${reasonOf(reason)}`)
  const [firstLine] = message.split('\n')
  const text = told.length > 0 ? told.join('; ') : `cannot listen on ${listen.join(', ')}: ${firstLine}`
  return new EnvironmentError('LISTEN_FAILED', text, { cause })
}

function reasonOf(reason: string): string {
  const code = /\b(E[A-Z]+)\b/.exec(reason)?.[1] ?? ''
  return REASONS[code] ?? reason
}
