/** Kinds of messages. */
export const GOSSIP = 0
export const RETRIEVE = 1

/** Words before the lists of a GOSSIP: how long each of the four is. */
export const COUNTS = 4
/** Words of an event before its content: its identifier, two, and the words of content. */
export const EVENT_HEADER = 3
/** Bytes of an identifier in a list. */
export const ID_BYTES = 8

/** Field numbers of `proto/lpbcast.proto`. */
export const Field = {
  kind: 1,
  subscriptions: 2,
  unsubscriptions: 3,
  ids: 4,
  events: 5,
  eventId: 1,
  eventContent: 2,
} as const
