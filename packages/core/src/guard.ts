import type { Message } from './protocol.ts'

/**
 * The one door through which everything that a stranger sent enters. A guard sees a message that is well-formed on the
 * wire and decides whether a protocol may see it. It must hold for any content whatsoever, and it has no side effect.
 */
export interface Guard {
  /**
   * @param nowMs - The host's time, as in {@link Context.now}.
   * @returns `undefined` to admit the message, otherwise why it is refused.
   */
  inspect(message: Message, nowMs: number): Refusal | undefined
}

/** Why a message was refused; the key under which hosts count and log it. */
export type Refusal =
  | 'malformed'
  | 'version'
  | 'kind'
  | 'dimension'
  | 'not-finite'
  | 'norm'
  | 'age-invalid'
  | 'age-implausible'
  | 'value'
