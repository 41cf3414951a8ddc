import { fileURLToPath } from 'node:url'
import { renderAsync } from '@resvg/resvg-js'

/** Arimo has Latin, Greek and Cyrillic letters; for others, the fonts of the machine are asked. */
const FAMILY = 'Arimo'
const FOREIGN = /[^\s!-\u052f\u1e00-\u22ff\u2500-\u25ff]/u

export interface PngOptions {
  /**
   * Pixels of the image for each of the plot's.
   *
   * @defaultValue 2
   */
  readonly zoom?: number | undefined
}

/** Turns a plot with the theme `light` or `dark` into a PNG that looks the same on every machine. */
export async function renderPng(svg: string, { zoom = 2 }: PngOptions = {}): Promise<Uint8Array> {
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    font: {
      fontFiles: fontFiles(),
      loadSystemFonts: FOREIGN.test(svg),
      defaultFontFamily: FAMILY,
      sansSerifFamily: FAMILY,
    },
  })
  return image.asPng()
}

function fontFiles(): string[] {
  return [
    import.meta.resolve('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf'),
    import.meta.resolve('@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf'),
  ].map((url) => fileURLToPath(url))
}
