import { type Archive, type Guard, type Persistent, type Protocol, UsageError } from '@hearsay/core'
import type { SimulatedContext } from './simulated-context.ts'
import type { SimulatedProtocol } from './simulation-options.ts'

/** The protocols of every peer, and their guards. */
export class ProtocolStack implements Persistent {
  readonly protocols: readonly Protocol[]
  readonly guards: readonly (Guard | undefined)[]

  constructor(entries: readonly (Protocol | SimulatedProtocol)[]) {
    const stack = entries.map((entry) => ('protocol' in entry ? entry : { protocol: entry }))
    this.protocols = stack.map((entry) => entry.protocol)
    this.guards = stack.map((entry) => entry.guard)
  }

  start(context: SimulatedContext, peer: number, now: number): void {
    for (const [index, protocol] of this.protocols.entries()) {
      context.enter(peer, index, now)
      protocol.onStart(context)
    }
  }

  forget(context: SimulatedContext, peer: number, now: number): void {
    for (const [index, protocol] of this.protocols.entries()) {
      context.enter(peer, index, now)
      protocol.onForget?.(context)
    }
  }

  persist(archive: Archive): void {
    for (const protocol of this.protocols) {
      if (protocol.persist === undefined) {
        throw new UsageError('PERSIST', `${protocol.constructor.name} cannot be saved: it has no method 'persist'`)
      }
      protocol.persist(archive)
    }
  }
}
