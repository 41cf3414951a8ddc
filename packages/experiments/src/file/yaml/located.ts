/** A value of a YAML file, with where it stands. */
export type Located = LocatedScalar | LocatedList | LocatedMap

/** What YAML knows of single values. */
export type ScalarValue = string | number | bigint | boolean | null

export interface LocatedScalar {
  readonly kind: 'scalar'
  /** Offset in the text. */
  readonly start: number
  readonly value: ScalarValue
}

export interface LocatedList {
  readonly kind: 'list'
  readonly start: number
  readonly items: readonly Located[]
}

export interface LocatedMap {
  readonly kind: 'map'
  readonly start: number
  /** In the order of the file. */
  readonly entries: ReadonlyMap<string, LocatedEntry>
}

export interface LocatedEntry {
  /** Offset of the key. */
  readonly key: number
  readonly value: Located
}

/** Steps from a value to one inside of it: keys, and indices of lists. */
export type Path = readonly PropertyKey[]

/** The plain value. */
export function toPlain(located: Located): unknown {
  switch (located.kind) {
    case 'scalar':
      return located.value
    case 'list':
      return located.items.map(toPlain)
    case 'map':
      return Object.fromEntries([...located.entries].map(([key, entry]) => [key, toPlain(entry.value)]))
  }
}

/** What is at a path; undefined where it leads nowhere. */
export function valueAt(located: Located, path: Path): Located | undefined {
  let value: Located | undefined = located
  for (const step of path) {
    if (value?.kind === 'map') value = value.entries.get(String(step))?.value
    else if (value?.kind === 'list') value = value.items[Number(step)]
    else return undefined
  }
  return value
}

/**
 * The offset that an error about a path points to: a single value, or the key of anything larger. Where the path leads to
 * nothing it is the last key on the way.
 */
export function offsetAt(located: Located, path: Path): number {
  let value = located
  let offset = located.start
  for (const step of path) {
    if (value.kind === 'map') {
      const entry = value.entries.get(String(step))
      if (entry === undefined) return offset
      value = entry.value
      offset = value.kind === 'scalar' && value.value !== null ? value.start : entry.key
    } else if (value.kind === 'list') {
      const item = value.items[Number(step)]
      if (item === undefined) return offset
      value = item
      offset = item.start
    } else {
      return offset
    }
  }
  return offset
}

/** The offset of the key that a path ends with; as {@link offsetAt} where there is none. */
export function keyOffsetAt(located: Located, path: Path): number {
  const parent = valueAt(located, path.slice(0, -1))
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined
  return entry?.key ?? offsetAt(located, path)
}
