import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { experimentSchema, parseExperiment } from '../../src/file/index.ts'
import { BASE } from './base.ts'
import { BROKEN_FILES } from './broken-files.ts'

const read = (name: string): string => readFileSync(new URL(`../../schema/${name}`, import.meta.url), 'utf8')
const example = read('example.yaml')
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(experimentSchema())

describe('the JSON Schema', () => {
  it('is the one that is published; to write it anew: node scripts/schema.mjs', () => {
    expect(JSON.parse(read('experiment.schema.json'))).toEqual(experimentSchema())
  })

  it.each([
    ['the example', example],
    ['a small file', BASE],
  ])('accepts %s, as the parser does', (_, text) => {
    expect(validate(parseYaml(text)) ? [] : validate.errors).toEqual([])
    expect(parseExperiment(text, { path: 'schema/example.yaml' }).cells.length).toBeGreaterThan(0)
    expect(parseExperiment(text, { path: 'schema/example.yaml', reduced: true }).cells.length).toBeGreaterThan(0)
  })

  const formal = BROKEN_FILES.filter(({ wrong }) =>
    /unknown k|a key of another|for a number|in quotes|unit|no seeds|zero|negative|quote|half a peer|missing title|batch/.test(
      wrong,
    ),
  )

  it.each(formal)('refuses a file with $wrong', ({ text }) => {
    expect(validate(parseYaml(text))).toBe(false)
  })

  it('explains every key', () => {
    const unexplained: string[] = []
    visit(experimentSchema(), '', unexplained)
    expect(unexplained).toEqual([])
  })
})

/** The keys that any map of a file may have. */
function propertyNames(schema: unknown): Set<string> {
  if (typeof schema !== 'object' || schema === null) return new Set()
  const own = Object.keys((schema as { properties?: object }).properties ?? {})
  return new Set([...own, ...Object.values(schema).flatMap((inner) => [...propertyNames(inner)])])
}

/** Collects the places of properties that no editor could explain. */
function visit(schema: unknown, place: string, unexplained: string[]): void {
  if (typeof schema !== 'object' || schema === null) return
  for (const [name, property] of Object.entries((schema as { properties?: object }).properties ?? {})) {
    const known = property as { description?: string; const?: string }
    const isPlain = JSON.stringify(known).includes('$ref') || known.const !== undefined || name === 'kind'
    if (known.description === undefined && !isPlain) unexplained.push(`${place}.${name}`)
  }
  for (const [key, inner] of Object.entries(schema)) visit(inner, `${place}/${key}`, unexplained)
}

describe('the example', () => {
  it('has every setting', () => {
    const { definitions } = experimentSchema() as { definitions: { setting: { properties: Record<string, object> } } }
    const { setting, contestants } = parseYaml(example) as { setting: object; contestants: object }
    const words = new Set(JSON.stringify([setting, contestants]).match(/\w+(?=":)/g))
    const absent = Object.keys(definitions.setting.properties).filter((name) => !words.has(name))
    expect(absent).toEqual(['rowsPerPeer', 'correlate', 'values'])
  })

  it('names every key of the schema', () => {
    const names = [...propertyNames(experimentSchema())].filter((name) => name !== '$schema')
    expect(names.length).toBeGreaterThan(100)
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(example))).toEqual([])
  })

  it('reaches all options of a scenario but those that exclude others', () => {
    const reached = new Set(
      parseExperiment(example, { path: 'example.yaml' }).cells.flatMap(({ trial }) => Object.keys(trial.scenario)),
    )
    expect([...reached].sort()).toEqual([
      ...[
        'backend',
        'bias',
        'churn',
        'crash',
        'degree',
        'delay',
        'duplicate',
        'evaluate',
        'exchange',
        'flow',
        'guard',
        'headerBytes',
      ],
      ...[
        'jitter',
        'join',
        'latency',
        'learner',
        'loseState',
        'loss',
        'measure',
        'mergeWith',
        'method',
        'nat',
        'onlineNeighbours',
        'overlay',
      ],
      ...[
        'partition',
        'peers',
        'periodMs',
        'reorder',
        'seed',
        'shards',
        'speeds',
        'transferCycles',
        'votes',
        'weights',
      ],
      'wholeTransfers',
    ])
  })
})
