import { EnvironmentError } from '@hearsay/core'
import type { RowRange } from '@hearsay/kernels'
import type { BackendChoice } from './backend/select-backend.ts'
import type { SharedModel } from './model/shared-model.ts'

/** Not every backend has a kernel for every gradient: WebAssembly lacks that of convolutions. One step on one row tells. */
export function assertTrainable(shared: SharedModel, range: RowRange, { backend }: BackendChoice): void {
  if (range.count === 0) return
  try {
    shared.stepOn(range, 0, 1)
  } catch (error) {
    shared.dispose()
    const reason = error instanceof Error ? error.message : String(error)
    if (!reason.includes('not registered')) throw error
    throw new EnvironmentError(
      'TFJS_BACKEND',
      `the backend '${backend}' cannot train this model (${reason.split('\n')[0]})`,
      {
        cause: error,
      },
    )
  }
}
