import type { Setting } from '../groups.ts'
import { renderSvg, type RenderOptions, type TopLevelSpec } from '../../plot/index.ts'

/** `wide` for a page or a screen, `narrow` for a phone. */
export type FigureWidth = 'wide' | 'narrow'

export interface FigureSvgOptions extends Pick<RenderOptions, 'theme' | 'prefix'> {
  /** @defaultValue `'wide'` */
  readonly width?: FigureWidth | undefined
  /**
   * Whether the title stands in the picture.
   *
   * @defaultValue true
   */
  readonly titled?: boolean | undefined
}

/** A figure of a report. */
export interface Figure {
  /** Letters, digits and hyphens, different for each figure of a report. */
  readonly id: string
  readonly title: string
  /** What is drawn, and how to read it. */
  readonly caption: string
  /** What it shows, for readers who do not see it. */
  readonly description: string
  /** The only setting that it shows; absent where it shows several, or where there is only one. */
  readonly setting?: Setting | undefined
  /** The Vega-Lite specification, data included. */
  readonly specification: (options?: Pick<FigureSvgOptions, 'width' | 'titled'>) => TopLevelSpec
  /** Draws it as an SVG that refers to nothing outside of it. */
  readonly svg: (options?: FigureSvgOptions) => Promise<string>
}

/** What is in a figure, but for its frame. */
export interface FigureContent extends Pick<Figure, 'id' | 'title' | 'caption' | 'description' | 'setting'> {
  /** The views below each other. */
  readonly draw: (width: FigureWidth) => TopLevelSpec
}

export function figureOf({ draw, ...texts }: FigureContent): Figure {
  const specification: Figure['specification'] = ({ width = 'wide', titled = true } = {}) => {
    const title = titled ? { title: { text: texts.title, frame: 'bounds', limit: WIDTHS[width] } as const } : {}
    return { ...draw(width), ...title }
  }
  return {
    ...texts,
    specification,
    svg: async ({ theme, prefix, ...options } = {}) =>
      await renderSvg(specification(options), { theme, prefix, description: texts.description }),
  }
}

/** Of a whole figure in pixels: text is not made smaller on a screen that is so wide. */
export const WIDTHS: Readonly<Record<FigureWidth, number>> = { wide: 1000, narrow: 350 }

/** Of legends: they begin where panels do. */
export const LEGEND_WIDTHS: Readonly<Record<FigureWidth, number>> = { wide: 890, narrow: 262 }
