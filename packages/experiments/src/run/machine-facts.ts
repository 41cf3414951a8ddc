import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os'
import type { MachineFacts } from '../results/manifest.ts'

/** The machine that this runs on. */
export function machineFacts(): MachineFacts {
  return {
    node: process.version,
    platform: `${platform()} ${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  }
}
