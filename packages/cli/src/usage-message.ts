import type { Command } from 'commander'

/**
 * What the argument parser found wrong, as one line that says what to do: its own messages start with `error:` and may
 * span lines.
 */
export function usageMessage(message: string, program: Command, argv: readonly string[]): string {
  const line = message
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace('(Did you mean', '(did you mean')
    .replace(/\.$/, '')
    .trim()
  return line.includes('(did you mean') ? line : `${line}; see: ${helpCommand(program, argv)}`
}

/** The command line that prints help for the command in `argv`. */
function helpCommand(program: Command, argv: readonly string[]): string {
  const names = [program.name()]
  let command: Command | undefined = program
  for (const word of argv) {
    command = command.commands.find((child) => child.name() === word)
    if (command === undefined) break
    names.push(word)
  }
  return `${names.join(' ')} --help`
}
