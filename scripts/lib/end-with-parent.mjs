// Preloaded into what runs in the foreground with a process group of its own. Where its parent is killed, say with the whole
// group of npm, nobody hands it a signal any more: it ends as by SIGTERM, instead of working on unseen.
import { isMainThread } from 'node:worker_threads'

const WATCH_MS = 250

const parent = process.env.HEARSAY_PARENT
// Not for the processes that it starts: they may be meant to outlive it.
delete process.env.HEARSAY_PARENT
if (isMainThread && parent !== undefined) {
  const watch = setInterval(() => {
    if (process.ppid === Number(parent)) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, WATCH_MS)
  watch.unref()
}
