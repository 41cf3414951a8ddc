import type { RumorMongering } from './rumor-mongering.ts'

/** How a rumor has fared (Demers et al. 1987, §1.4). */
export interface RumorOutcome {
  /** s: the share of the peers that have not heard it. */
  readonly residue: number
  /** m: how often it was sent, per peer. */
  readonly traffic: number
  /** t_ave: mean milliseconds from its start until a peer heard it, over those that have. */
  readonly delayMs: number
  /** t_last: milliseconds until the last peer that has heard it did so. */
  readonly delayMsMax: number
  /** Peers that still share it: the other figures are final where it is 0. */
  readonly hot: number
}

/**
 * Measures a rumor over the hosted peers `first` … `first + count − 1`, which must still remember it.
 *
 * @param startMs - When it was published.
 */
export function rumorOutcome(
  protocol: RumorMongering,
  rumor: number,
  { first, count, startMs }: { readonly first: number; readonly count: number; readonly startMs: number },
): RumorOutcome {
  let [heard, sent, hot, delayMs, delayMsMax] = [0, 0, 0, 0, 0]
  for (let peer = first; peer < first + count; peer++) {
    const heardMs = protocol.heardMs(peer, rumor)
    if (Number.isNaN(heardMs)) continue
    heard++
    sent += protocol.sent(peer, rumor)
    if (protocol.isHot(peer, rumor)) hot++
    delayMs += heardMs - startMs
    delayMsMax = Math.max(delayMsMax, heardMs - startMs)
  }
  return { residue: 1 - heard / count, traffic: sent / count, delayMs: delayMs / heard, delayMsMax, hot }
}
