import { z } from 'zod'
import { experimentForm } from './form/experiment-form.ts'

/** Names the schema: where it is kept. */
const ID =
  'https://raw.githubusercontent.com/hearsay-js/hearsay/main/packages/experiments/schema/experiment.schema.json'

/** The JSON Schema (draft 7, which editors know) of experiment files: editors check and complete them by it. */
export function experimentSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(experimentForm, { io: 'input', target: 'draft-07' })
  return { $schema, $id: ID, ...schema }
}
