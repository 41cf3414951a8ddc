/** What went through one protocol of a host since it started. */
export interface ProtocolCounters {
  /** Messages handed to the transport. */
  readonly sent: number
  /** Messages handed to the protocol. */
  readonly received: number
  /** Bytes of frames handed to the transport, without their length prefixes. */
  readonly bytesSent: number
  /** Bytes of frames from the transport, without their length prefixes; those of refused frames too. */
  readonly bytesReceived: number
  /** Messages that went nowhere: to this peer itself, to nobody, or to a peer that the address book has dropped. */
  readonly dropped: number
  /** Exceptions of this host's own code. */
  readonly faults: number
  /** Frames refused, by the code of a {@link RemoteError} or the {@link Refusal} of a guard. */
  readonly refused: ReadonlyMap<string, number>
}

/** What went through a host since it started. */
export interface HostCounters {
  /** By the name of the protocol's codec, in the order of the stack. */
  readonly protocols: ReadonlyMap<string, ProtocolCounters>
  /** Frames for protocols that this host does not run. */
  readonly unknownProtocol: number
}

/** A frame that was refused. */
export interface HostRefusal {
  /** The sender's name, as authenticated by the transport. */
  readonly from: string
  /** The name of the protocol's codec, or what the transport called a protocol that this host does not run. */
  readonly protocol: string
  /** The code of a {@link RemoteError}, the {@link Refusal} of a guard, or `UNKNOWN_PROTOCOL`. */
  readonly code: string
}

/** An exception of this host's own code: a defect, whatever the message was that brought it out. */
export interface HostFault {
  /** The name of the protocol's codec. */
  readonly protocol: string
  /** What was running. */
  readonly during: 'decode' | 'guard' | 'onStart' | 'onTimeout' | 'onMessage' | 'onPeerUnreachable' | 'onStop'
  readonly error: unknown
}

/** {@link ProtocolCounters} as their owner sees them. */
export interface MutableCounters extends ProtocolCounters {
  sent: number
  received: number
  bytesSent: number
  bytesReceived: number
  dropped: number
  faults: number
  readonly refused: Map<string, number>
}

export function createCounters(): MutableCounters {
  return { sent: 0, received: 0, bytesSent: 0, bytesReceived: 0, dropped: 0, faults: 0, refused: new Map() }
}
