import { ConfigurationError } from '@hearsay/core'
import type { CreateModel } from '../model/make-model.ts'
import type { ModelModule } from './messages.ts'

/** @throws {@link ConfigurationError} `MODEL_MODULE` where the module has no such function; what importing it throws. */
export async function loadCreateModel({ module, exportName, argument }: ModelModule): Promise<CreateModel> {
  const exports = (await import(module)) as Readonly<Record<string, unknown>>
  const createModel = exports[exportName]
  if (typeof createModel !== 'function') {
    throw new ConfigurationError('MODEL_MODULE', `${module} does not export a function '${exportName}'`)
  }
  return () => (createModel as (argument: unknown) => ReturnType<CreateModel>)(argument)
}
