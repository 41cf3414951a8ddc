import { METHODS } from '../scenario/method.ts'
import { type Group, methodOf } from './groups.ts'

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

function familyOf(group: Group): string | undefined {
  const method = methodOf(group)
  if (method === 'gossip') return GOSSIP
  return isFederated(method) ? FEDERATED : undefined
}

function isFederated(method: string): boolean {
  return method !== 'gossip' && METHODS.some((one) => one === method) && !ALONE.has(method)
}

/** Whether the rows of all peers are brought together, which no count of bytes has. */
export function isPooled(group: Group): boolean {
  return methodOf(group) === 'centralised'
}

/** Whether all peers predict with one model in every run: a server's, or one that is trained on all rows. */
export function hasOneModel(group: Group): boolean {
  const measurements = group.cells.flatMap(({ result }) => result.series)
  return (isPooled(group) || isFederated(methodOf(group))) && !measurements.some(({ min, max }) => min < max)
}
