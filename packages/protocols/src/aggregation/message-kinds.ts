/** Active thread to partner: what the sender holds. Its stamp names the epoch and the exchange. */
export const PUSH = 0
/** The partner's answer, with the stamp of the {@link PUSH}. */
export const REPLY = 1
/** A peer that takes part in no epoch yet asks which one is running. No content. */
export const ASK = 2
/** Tells the running epoch and how far it is, by its stamp alone. */
export const NOTICE = 3

/** The kinds of messages of every aggregation protocol. */
export const AggregationKind: {
  readonly push: 0
  readonly reply: 1
  readonly ask: 2
  readonly notice: 3
} = { push: PUSH, reply: REPLY, ask: ASK, notice: NOTICE }
