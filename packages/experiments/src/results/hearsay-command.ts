/**
 * How `hearsay` is called here: in a clone by an npm script, elsewhere by npx or by its name.
 *
 * @param event - What npm says that it is running. @defaultValue the environment's
 */
export function hearsayCommand(event: string | undefined = process.env['npm_lifecycle_event']): string {
  if (event === undefined) return 'hearsay'
  return event === 'npx' ? 'npx hearsay' : 'npm run hearsay --'
}
