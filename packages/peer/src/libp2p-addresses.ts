import { ConfigurationError } from '@hearsay/core'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'

/** A multiaddr that says who is there. */
export interface BootstrapPeer {
  readonly name: string
  readonly address: string
}

/**
 * An address with the name of the peer that is there.
 *
 * @throws {@link ConfigurationError} `ADDRESS` when it is no multiaddr, `BOOTSTRAP_ADDRESS` when it names nobody.
 */
export function parseBootstrap(address: string): BootstrapPeer {
  const named = parseAddress(address)
    .getComponents()
    .findLast((component) => component.name === 'p2p')
  if (named?.value !== undefined) return { name: named.value, address }
  throw new ConfigurationError(
    'BOOTSTRAP_ADDRESS',
    `the bootstrap address '${address}' does not say which peer is there: end it with /p2p/ and the peer's name`,
  )
}

/** @throws {@link ConfigurationError} `ADDRESS` when it is no multiaddr. */
export function parseAddress(address: string): Multiaddr {
  try {
    return multiaddr(address)
  } catch (cause) {
    throw new ConfigurationError('ADDRESS', `'${address}' is no multiaddr such as /ip4/127.0.0.1/tcp/4001`, { cause })
  }
}

/** An address that belongs to this peer, or `undefined` where it is malformed or another's. */
export function addressOf(address: string, peer: string): Multiaddr | undefined {
  try {
    const parsed = multiaddr(address)
    const named = parsed.getComponents().findLast((component) => component.name === 'p2p')
    if (named === undefined) return parsed.encapsulate(`/p2p/${peer}`)
    return named.value === peer ? parsed : undefined
  } catch {
    return undefined
  }
}
