import { parseDelayTable } from '@hearsay/simulator'
import type { CycleDelay, NetworkOptions } from '../../scenario/network/network-options.ts'
import type { DelayForm, DelayKinds, NetworkForm, PartitionForm } from '../form/network-form.ts'
import { type Duration, toCycles } from '../units/duration.ts'
import { conflict, defined } from './setting-problem.ts'
import type { SideFiles } from './side-files.ts'

/** What turns a length of time into cycles. */
export type InCycles = (duration: Duration) => number

/** The options of a network, and whether only whole transfers arrive. */
export function networkOf(form: NetworkForm, cycleMs: number, files: SideFiles): NetworkOptions {
  const inCycles: InCycles = (duration) => toCycles(duration, cycleMs)
  const { delay, loss = 0, duplicate, reorder, bandwidth, transfer, latency, partition, nat, headers } = form
  if (transfer !== undefined && bandwidth !== undefined) {
    conflict(['network', 'transfer'], 'network.transfer and network.bandwidth both say what a model takes: give one')
  }
  const late = (given: typeof duplicate): { probability: number; cycles: number } | undefined =>
    given && { probability: given.probability, cycles: inCycles(given.delay) }
  return defined({
    // A cycle, unless something else says how long messages take.
    delay:
      delay === undefined
        ? ({ kind: 'constant', cycles: transfer === undefined && latency === undefined ? 1 : 0 } as const)
        : delayOf(delay, inCycles, files),
    loss: typeof loss === 'number' ? loss : { rate: loss.rate, cycles: inCycles(loss.burst) },
    duplicate: late(duplicate),
    reorder: late(reorder),
    bandwidth: bandwidth && { upload: speedOf(bandwidth.upload), download: speedOf(bandwidth.download) },
    transferCycles: transfer && inCycles(transfer),
    headerBytes: headers,
    latency: latency && {
      side: inCycles(latency.side),
      access: latency.access === undefined ? 0 : inCycles(latency.access),
    },
    partition: partition?.map((cut, index) => cutOf(cut, index, inCycles)),
    nat: nat && { share: nat.share, ...(nat.timeout !== undefined && { timeout: inCycles(nat.timeout) }) },
  })
}

function delayOf(form: DelayForm, inCycles: InCycles, files: SideFiles): CycleDelay {
  if ('ms' in form || 'cycles' in form) return { kind: 'constant', cycles: inCycles(form) }
  return distributionOf(form, inCycles, files)
}

function distributionOf(form: DelayKinds, inCycles: InCycles, files: SideFiles): CycleDelay {
  const { uniform, normal, lognormal, exponential, table } = form
  const place = ['network', 'delay']
  if (uniform !== undefined) {
    const [min, max] = uniform.map(inCycles)
    if (min > max) conflict([...place, 'uniform'], 'the least delay is longer than the greatest')
    return { kind: 'uniform', min, max }
  }
  if (normal !== undefined) return { kind: 'normal', mean: inCycles(normal.mean), sd: inCycles(normal.sd) }
  if (lognormal !== undefined) return { kind: 'lognormal', median: inCycles(lognormal.median), sigma: lognormal.sigma }
  if (exponential !== undefined) {
    const [mean, min] = [inCycles(exponential.mean), exponential.min === undefined ? 0 : inCycles(exponential.min)]
    if (min > mean) conflict([...place, 'exponential', 'min'], 'the least delay is longer than the mean')
    return { kind: 'exponential', mean, min }
  }
  const path = [...place, 'table']
  return { kind: 'table', table: files.parse(table ?? '', path, parseDelayTable) }
}

function speedOf(
  form: NonNullable<NetworkForm['bandwidth']>['upload'],
): NonNullable<NetworkOptions['bandwidth']>['upload'] {
  if (typeof form === 'number') return form
  return form.map(({ speed, weight }) => ({ bytesPerSecond: speed, weight }))
}

function cutOf(
  form: PartitionForm,
  index: number,
  inCycles: InCycles,
): NonNullable<NetworkOptions['partition']>[number] {
  const { share, direction = 'both' } = form
  const [from, until] = [inCycles(form.from), inCycles(form.until)]
  if (until <= from) conflict(['network', 'partition', index, 'until'], 'a cut ends after it begins')
  return { from, until, share, direction }
}
