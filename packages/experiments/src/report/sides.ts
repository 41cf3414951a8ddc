import { METHODS } from '../scenario/method.ts'
import type { Group } from './groups.ts'

/** Who is compared: all contestants that learn in the same way, or one contestant. */
export interface Side {
  readonly name: string
  readonly groups: readonly Group[]
}

const GOSSIP = 'gossip learning'
const FEDERATED = 'federated learning'
/** They need no network: what they reach is something to compare with, for both sides. */
const ALONE: ReadonlySet<string> = new Set(['isolated', 'centralised'])

/**
 * The sides of one setting: gossip learning and federated learning where there are runs of both, else each contestant by
 * itself.
 */
export function sidesOf(groups: readonly Group[]): Side[] {
  const of = (wanted: string): Group[] => groups.filter((group) => familyOf(group) === wanted)
  const families = [GOSSIP, FEDERATED].map((name) => ({ name, groups: of(name) }))
  if (families.every(({ groups: own }) => own.length > 0)) return families
  return groups.map((group) => ({ name: group.contestant, groups: [group] }))
}

/** By the method of its runs; results of a comparison over a network name contestants by their methods. */
function familyOf({ contestant, cells: [{ method = contestant }] }: Group): string | undefined {
  if (method === 'gossip') return GOSSIP
  const isFederated = METHODS.some((one) => one === method) && !ALONE.has(method)
  return isFederated ? FEDERATED : undefined
}
