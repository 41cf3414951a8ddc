import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../src/program.ts'
import { RecordingStream } from './harness.ts'

/** What the command line says of itself. */
function newProgram(): { program: Command; stdout: RecordingStream } {
  const stdout = new RecordingStream()
  const { signal } = new AbortController()
  const program = createProgram({ stdout, stderr: new RecordingStream(), signal, now: () => 0, words: [], exitCode: 0 })
  return { program, stdout }
}

/** A command and all below it, with their names. */
function allOf(command: Command, path: readonly string[] = []): { name: string; command: Command }[] {
  const below = command.commands.flatMap((child) => allOf(child, [...path, child.name()]))
  return path.length === 0 ? below : [{ name: path.join(' '), command }, ...below]
}

/** The help of a command, its notes included. */
function helpOf(name: string): string {
  const { program, stdout } = newProgram()
  allOf(program)
    .find((known) => known.name === name)
    ?.command.outputHelp()
  return stdout.text
}

const commands = allOf(newProgram().program)

describe.each(commands)('hearsay $name --help', ({ name, command }) => {
  it('says what the command does in a sentence, and what it is for in a list', () => {
    expect(command.description()).toMatch(/^[A-Z][a-z]+s\b[^]*\.$/)
    expect(command.summary()).toMatch(/^[a-z][^]*[^.]$/)
  })

  it('tells choices and defaults in one pair of brackets', () => {
    expect(helpOf(name).replaceAll(/\s+/g, ' ')).not.toMatch(/\(default: [^)]*\) \(/)
  })

  it('shows examples that the command line takes', async () => {
    const examples = [
      ...helpOf(name)
        .replaceAll('\\\n', '')
        .matchAll(/^ {2}hearsay (.*)$/gm),
    ].map(([, line]) => line)
    for (const line of examples.flatMap((example) => example.split('; hearsay '))) {
      const { program } = newProgram()
      for (const known of allOf(program)) known.command.action(() => {})
      await expect(program.parseAsync(line.split(/ +/), { from: 'user' })).resolves.toBe(program)
    }
  })
})

describe('commands that run something', () => {
  it.each(commands.filter(({ command }) => command.commands.length === 0))(
    'hearsay $name has --json',
    ({ command }) => {
      expect(command.options.map(({ long }) => long)).toEqual(expect.arrayContaining(['--json', '--debug']))
    },
  )
})
