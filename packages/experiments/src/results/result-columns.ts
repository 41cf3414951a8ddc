import type { Measurement, PeerMeasurement } from '../trial/trial-result.ts'
import type { ColumnKind } from './table.ts'

/** Columns of `series.parquet`: a row is a measurement. */
export const SERIES_COLUMNS: Readonly<Record<keyof Measurement, ColumnKind>> = {
  cycle: 'count',
  timeMs: 'number',
  measured: 'count',
  online: 'count',
  mean: 'number',
  sd: 'number',
  min: 'number',
  q10: 'number',
  median: 'number',
  q90: 'number',
  max: 'number',
  age: 'number',
  messages: 'count',
  bytes: 'count',
  steps: 'count',
}

/** Columns of `peers.parquet`: a row is a peer at the end. */
export const PEER_COLUMNS: Readonly<Record<keyof PeerMeasurement, ColumnKind>> = {
  peer: 'count',
  role: 'text',
  value: 'number',
  age: 'number',
  steps: 'count',
  rows: 'count',
  messagesSent: 'count',
  bytesSent: 'count',
  messagesReceived: 'count',
  bytesReceived: 'count',
}
