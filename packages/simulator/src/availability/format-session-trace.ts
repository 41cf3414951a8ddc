import type { SessionTrace } from './session-trace.ts'

/**
 * Writes recorded sessions as the CSV text that {@link parseSessionTrace} reads.
 *
 * @param comment - Lines to put before the header, each behind a `#`: where the sessions are from. Default: none.
 */
export function formatSessionTrace(trace: SessionTrace, comment = ''): string {
  const lines = comment === '' ? [] : comment.split('\n').map((line) => `# ${line}`)
  lines.push('peer,online_ms,offline_ms')
  for (let peer = 0; peer < trace.peers; peer++) {
    for (let i = trace.starts[peer]; i < trace.starts[peer + 1]; i++) {
      lines.push(`${peer},${trace.onlineMs[i]},${trace.offlineMs[i]}`)
    }
  }
  return `${lines.join('\n')}\n`
}
