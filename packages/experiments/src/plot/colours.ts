/**
 * Told apart by colour-blind readers (Okabe and Ito 2008). The seventh is the ink of the text instead of black, so that it is
 * readable on dark paper, and the last is their yellow, darkened on light paper.
 */
export const PLOT_COLOURS: readonly string[] = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#1f2328',
  '#a39200',
]

export const PAPER = '#ffffff'
export const INK = '#1f2328'
/** Of text that matters less. */
export const MUTED = '#59636e'
export const GRID = '#d1d9e0'

/** On dark paper, by the colour on light paper. */
const DARK: Readonly<Record<string, string>> = {
  [PAPER]: '#0d1117',
  [INK]: '#e6edf3',
  [MUTED]: '#9aa4ae',
  [GRID]: '#30363d',
  '#0072b2': '#2f8fd0',
  '#a39200': '#f0e442',
}

/**
 * Style rules that turn a light plot into a dark one: its colours are attributes, which yield to style sheets.
 *
 * @param scope - A selector to put before each, such as `figure `.
 */
export function darkRules(scope = ''): string {
  return Object.entries(DARK)
    .flatMap(([light, dark]) => ['fill', 'stroke'].map((name) => `${scope}[${name}="${light}"] { ${name}: ${dark} }`))
    .join('\n')
}

/** Replaces the colours of a light plot by those on dark paper. */
export function darkened(svg: string): string {
  return svg.replaceAll(/(fill|stroke)="(#[0-9a-f]{6})"/g, (whole, name: string, colour: string) =>
    colour in DARK ? `${name}="${DARK[colour]}"` : whole,
  )
}
