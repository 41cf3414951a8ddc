import { type Archive, type Memory, UsageError } from '@hearsay/core'
import { GrowingMemory } from './growing-memory.ts'

/**
 * Saves all words of a memory that have been handed out, or restores them into one where no more than these have been: what
 * was allocated before the saved run began, in the same order. The memory grows where it must.
 *
 * @throws {@link ConfigurationError} `CHECKPOINT` where what was saved does not fit; {@link EnvironmentError}
 *   `MEMORY_FULL`; {@link UsageError} `PERSIST` for a memory that is not of this package.
 */
export function persistMemory(memory: Memory, archive: Archive): void {
  if (!(memory instanceof GrowingMemory)) {
    throw new UsageError('PERSIST', `${memory.constructor.name} cannot be saved: it is no memory of @hearsay/kernels`)
  }
  memory.persist(archive)
}
