import { isAlias, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import { type ExperimentFileCode, ExperimentFileError, type FilePosition } from '../experiment-file-error.ts'
import type { Located, LocatedEntry, ScalarValue } from './located.ts'

/** The largest file. */
export const FILE_BYTES_MAX = 1_048_576

/** Values that a file may have once its aliases stand for what they mean. */
const VALUES_MAX = 100_000
const DEPTH_MAX = 32

/** A YAML file as values with their places. */
export interface LocatedFile {
  readonly path: string
  readonly root: Located
  /** An error that points to an offset of the text. */
  error(code: ExperimentFileCode, offset: number, problem: string, options?: ErrorOptions): ExperimentFileError
}

/**
 * Reads YAML 1.2, in which keys are different strings, aliases stand for copies of what they name, and nothing has a tag.
 *
 * @throws {@link ExperimentFileError} `EXPERIMENT_SYNTAX`.
 */
export function readYaml(text: string, path: string): LocatedFile {
  const lines = new LineCounter()
  const error: LocatedFile['error'] = (code, offset, problem, options) =>
    new ExperimentFileError(code, path, positionOf(lines, offset), problem, options)
  const fail = (offset: number, problem: string): never => {
    throw error('EXPERIMENT_SYNTAX', offset, problem)
  }
  if (new TextEncoder().encode(text).length > FILE_BYTES_MAX) fail(0, `the file is larger than ${FILE_BYTES_MAX} bytes`)
  // The parser would compare each key with all others of its map.
  const options = { prettyErrors: false, stringKeys: true, uniqueKeys: false, logLevel: 'error' } as const
  const document = parseDocument(text, { ...options, lineCounter: lines })
  const [problem] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0])
  if (problem !== undefined) fail(problem.pos[0], explain(problem.code, problem.message))
  if (document.directives.yaml.explicit === true) fail(0, 'the file is YAML 1.2: leave the %YAML directive out')
  if (document.contents === null)
    fail(0, 'the file is empty: an experiment has a name, seeds, a setting and contestants')
  return { path, root: new Reader(fail).read(document.contents, 0), error }
}

function positionOf(lines: LineCounter, offset: number): FilePosition {
  const { line, col } = lines.linePos(offset)
  return line === 0 ? { line: 1, column: 1 } : { line, column: col }
}

function explain(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a file holds one experiment: no second document may follow'
  if (code === 'TAG_RESOLVE_FAILED') return `no tags are used in experiment files (${message})`
  return `this is no YAML: ${message}`
}

/** Turns nodes into values, aliases into what they name. */
class Reader {
  readonly #fail: (offset: number, problem: string) => never
  /** Nodes that are being read: an alias must not name one of them. */
  readonly #open = new Set<Node>()
  readonly #anchors = new Map<string, Node>()
  #values = 0
  /** Aliases that are being followed. */
  #depth = 0

  constructor(fail: (offset: number, problem: string) => never) {
    this.#fail = fail
  }

  read(node: Node | null | undefined, fallback: number): Located {
    const start = node?.range?.[0] ?? fallback
    if (++this.#values > VALUES_MAX)
      this.#fail(start, `the file stands for more than ${VALUES_MAX} values: too many aliases`)
    if (node === null || node === undefined) return { kind: 'scalar', start, value: null }
    if (isAlias(node)) return this.#follow(this.#anchors.get(node.source), start)
    if (this.#open.size >= DEPTH_MAX) this.#fail(start, `values are nested deeper than ${DEPTH_MAX} times`)
    if (node.tag !== undefined && node.tag !== '?')
      this.#fail(start, `no tags are used in experiment files: leave ${node.tag} out`)
    if (node.anchor !== undefined && this.#depth === 0) this.#anchors.set(node.anchor, node)
    if (isScalar(node)) return { kind: 'scalar', start, value: node.value as ScalarValue }
    this.#open.add(node)
    const read: Located = isSeq<Node>(node)
      ? { kind: 'list', start, items: node.items.map((item) => this.read(item, start)) }
      : { kind: 'map', start, entries: this.#entries(node as YAMLMap<Node, Node | null>, start) }
    this.#open.delete(node)
    return read
  }

  #follow(target: Node | undefined, start: number): Located {
    if (target === undefined) return this.#fail(start, 'this alias names no anchor above')
    if (this.#open.has(target)) this.#fail(start, 'this alias names what it is part of')
    this.#depth++
    const read = this.read(target, start)
    this.#depth--
    return read
  }

  #entries(map: YAMLMap<Node, Node | null>, start: number): Map<string, LocatedEntry> {
    const entries = new Map<string, LocatedEntry>()
    for (const { key, value } of map.items) {
      const at = key.range?.[0] ?? start
      const name = isScalar(key) ? String(key.value) : this.#fail(at, 'a key is a single word')
      if (entries.has(name)) this.#fail(at, `${name} is there twice: keep one`)
      if (name === '__proto__') this.#fail(at, '__proto__ is no name')
      if (name === '<<')
        this.#fail(at, 'merge keys are not used: contestants and levels say what differs from the setting')
      entries.set(name, { key: at, value: this.read(value, at) })
    }
    return entries
  }
}
