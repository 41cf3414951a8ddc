export type { TopLevelSpec } from 'vega-lite'
export { checkPlotFile, writePlotFile } from './plot-file.ts'
export { PLOT_COLOURS, renderSvg } from './render-svg.ts'
