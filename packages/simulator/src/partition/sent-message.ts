/** A message on its way from one simulation of a run to another. Borrowed: one object serves for all messages. */
export interface SentMessage {
  to: number
  from: number
  /** Protocol · 128 + kind. */
  type: number
  /** When it was sent and when it is due, in whole virtual milliseconds. */
  sentMs: number
  dueMs: number
  value: number
  stamp: number
  /** The payload: `length` words of `words` from `offset` on. */
  words: Int32Array
  offset: number
  length: number
}

export function emptyMessage(): SentMessage {
  return {
    to: 0,
    from: 0,
    type: 0,
    sentMs: 0,
    dueMs: 0,
    value: 0,
    stamp: 0,
    words: new Int32Array(0),
    offset: 0,
    length: 0,
  }
}
