import { ConfigurationError } from '@hearsay/core'
import { describe, expect, it } from 'vitest'
import { ExperimentFileError } from '../../src/file/index.ts'
import { BASE, parse } from './base.ts'
import { BROKEN_FILES } from './broken-files.ts'

function errorOf(text: string): ExperimentFileError {
  try {
    parse(text)
  } catch (error) {
    if (error instanceof ExperimentFileError) return error
    throw error
  }
  throw new Error('the file was accepted')
}

describe('a wrong file', () => {
  it('differs from one that is right', () => {
    expect(parse(BASE).cells).toHaveLength(15)
    expect(BROKEN_FILES.length).toBeGreaterThanOrEqual(30)
  })

  it.each(BROKEN_FILES)('with $wrong is refused at $at', ({ text, at, says }) => {
    const error = errorOf(text)
    expect(error.message).toMatch(`base.yaml:${at}: `)
    for (const fragment of says) expect(error.message).toContain(fragment)
    expect(error.message).not.toMatch(/undefined|\[object|(?<!not )NaN|--[a-z]/)
    expect(error.message).not.toContain('\n')
    expect(error).toBeInstanceOf(ConfigurationError)
  })
})
