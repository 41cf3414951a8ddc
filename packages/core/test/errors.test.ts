import { describe, expect, test } from 'vitest'
import { ConfigurationError, EnvironmentError, HearsayError, RemoteError, UsageError } from '../src/index.ts'

const classes = [UsageError, ConfigurationError, RemoteError, EnvironmentError]

describe.each(classes)('$name', (ErrorClass) => {
  test('has a code, a message, a cause, and its own name', () => {
    const cause = new Error('disk on fire')
    const error = new ErrorClass('DISK_ON_FIRE', 'the disk burns: pour water', { cause })
    expect(error).toBeInstanceOf(HearsayError)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ code: 'DISK_ON_FIRE', message: 'the disk burns: pour water', name: ErrorClass.name })
    expect(error.cause).toBe(cause)
    expect(String(error)).toBe(`${ErrorClass.name}: the disk burns: pour water`)
  })

  test('is not one of the others', () => {
    const error = new ErrorClass('CODE', 'message')
    expect(classes.filter((other) => error instanceof other)).toEqual([ErrorClass])
    expect('cause' in error).toBe(false)
  })
})
