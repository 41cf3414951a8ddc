import { parseShards, SHARDS_FORM } from '@hearsay/datasets'
import type { Option } from 'commander'
import { formFlag } from './form.ts'

/** `--shards`: how rows are dealt out to peers. The error is a `ConfigurationError` `SHARDS_FORM`. */
export function shardsFlag(): Option {
  const description = `how rows are dealt out: ${SHARDS_FORM}`
  return formFlag('--shards <kind>', description, (text) => parseShards(text, '--shards')).default(
    { kind: 'iid' },
    'iid',
  )
}
