import { ConfigurationError } from '@hearsay/core'
import { Option } from 'commander'

/** A flag that takes one of a few words. The error is a {@link ConfigurationError} `FLAG_CHOICE`. */
export function choiceFlag(flags: string, description: string, choices: readonly string[]): Option {
  const option = new Option(flags, description).choices(choices)
  return option.argParser((text) => {
    if (choices.includes(text)) return text
    const flag = option.long ?? flags
    throw new ConfigurationError('FLAG_CHOICE', `${flag}: give ${orList(choices)}, not ${JSON.stringify(text)}`)
  })
}

/** `a`, `a or b`, `a, b or c`. */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
