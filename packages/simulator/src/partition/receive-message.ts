import type { Memory } from '@hearsay/core'
import type { BorrowedMessage } from '../borrowed-message.ts'
import type { Mailboxes } from '../simulated-context.ts'
import type { SentMessage } from './sent-message.ts'

/**
 * Takes over a message from a peer that is hosted elsewhere.
 *
 * @param borrowed - Is overwritten.
 */
export function receiveMessage(
  message: SentMessage,
  { messages, payloads }: Mailboxes,
  memory: Memory,
  borrowed: BorrowedMessage,
): void {
  const { length } = message
  let offset = 0
  if (length > 0) {
    offset = payloads.acquire(length)
    const payload = memory.int32
    for (let i = 0; i < length; i++) payload[offset + i] = message.words[message.offset + i]
    for (let i = length; (i & 3) !== 0; i++) payload[offset + i] = 0
  }
  borrowed.set(message.type, message.value, message.stamp, offset, length)
  const base = messages.insert(message.dueMs - messages.now)
  borrowed.write(messages, base, message.to, message.from, message.type, message.sentMs)
}
