import type { LocatedEntry, LocatedMap } from './located.ts'

/** Settings that are groups of others: they are merged key by key, all others are replaced as a whole. */
export const SETTING_GROUPS: readonly string[] = ['learner', 'network', 'measure', 'faults']

/** What differs laid over what is common: later parts win. Every value keeps its place in the file. */
export function mergeSettings(parts: readonly LocatedMap[]): LocatedMap {
  const entries = new Map<string, LocatedEntry>()
  for (const part of parts) {
    for (const [name, entry] of part.entries) entries.set(name, mergeEntry(name, entries.get(name), entry))
  }
  return { kind: 'map', start: parts[0]?.start ?? 0, entries }
}

function mergeEntry(name: string, before: LocatedEntry | undefined, entry: LocatedEntry): LocatedEntry {
  if (!SETTING_GROUPS.includes(name) || before?.value.kind !== 'map' || entry.value.kind !== 'map') return entry
  const entries = new Map([...before.value.entries, ...entry.value.entries])
  return { key: entry.key, value: { kind: 'map', start: entry.value.start, entries } }
}
