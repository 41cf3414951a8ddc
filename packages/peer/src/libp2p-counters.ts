/** Why a transport has cut a peer off. */
export type CutOffReason =
  /** A frame longer than its protocol allows, or a length prefix that no honest peer writes. */
  | 'oversize'
  /** A frame that was begun and not finished in time. */
  | 'stalled'
  /** More streams than allowed. */
  | 'streams'
  /** More frames a second than allowed. */
  | 'rate'
  /** Too many frames that the receiver refused. */
  | 'refused'

/** What has moved on the streams of one protocol, length prefixes included. */
export interface ProtocolTraffic {
  bytesIn: number
  bytesOut: number
}

/** What a transport has moved and refused since it was made. Bytes are those of the protocols' streams, length prefixes included. */
export interface TransportCounters {
  bytesIn: number
  bytesOut: number
  framesIn: number
  framesOut: number
  /** The same bytes, by the name of the protocol. */
  readonly protocols: ReadonlyMap<string, ProtocolTraffic>
  /** Outbound frames that were dropped: no connection, a full buffer, a peer that is left alone. */
  framesDropped: number
  /** Inbound frames that the receiver refused. */
  framesRefused: number
  /** Transfers that came in and went out whole. They count as frames, too. */
  transfersIn: number
  transfersOut: number
  /** Transfers that were not taken, by this peer or by others, before anything was sent of them but their header. */
  transfersRefused: number
  /** Transfers that ended before their last byte, in either direction. */
  transfersBroken: number
  /** Attempts to dial a peer or to open a stream that failed. */
  opensFailed: number
  /** Inbound connections of peers that had been cut off. */
  connectionsRefused: number
  cutOff: Record<CutOffReason, number>
}

/** @param protocols - The names of all protocols that the transport carries. */
export function transportCounters(protocols: readonly string[]): TransportCounters {
  return {
    protocols: new Map(protocols.map((name) => [name, { bytesIn: 0, bytesOut: 0 }])),
    bytesIn: 0,
    bytesOut: 0,
    framesIn: 0,
    framesOut: 0,
    framesDropped: 0,
    framesRefused: 0,
    transfersIn: 0,
    transfersOut: 0,
    transfersRefused: 0,
    transfersBroken: 0,
    opensFailed: 0,
    connectionsRefused: 0,
    cutOff: { oversize: 0, stalled: 0, streams: 0, rate: 0, refused: 0 },
  }
}

/** Counts bytes that have come in and gone out, in sum and for their protocol. */
export function countBytes(counters: TransportCounters, protocol: string, bytesIn: number, bytesOut: number): void {
  counters.bytesIn += bytesIn
  counters.bytesOut += bytesOut
  const own = counters.protocols.get(protocol)
  if (own === undefined) return
  own.bytesIn += bytesIn
  own.bytesOut += bytesOut
}
