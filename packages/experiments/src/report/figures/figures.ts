import type { Results } from '../../results/results.ts'
import { CURVE_AXES } from '../curves.ts'
import { curveFigures } from './curve-figure.ts'
import type { Figure } from './figure.ts'
import { leadFigure } from './lead-figure.ts'
import { finalFigure } from './final-figure.ts'
import { settingFigures } from './setting-figure.ts'
import { spreadFigures } from './spread-figure.ts'
import { trafficFigure } from './traffic-figure.ts'

/**
 * All figures of a report: who is ahead where, the metric over cycles, bytes, time and steps (of all settings beside
 * each other, and where they are many, of each on all axes), final values, traffic, and the spread over peers. What has
 * nothing to show is left out, such as bytes where nobody sends.
 *
 * @throws {@link ConfigurationError} `NO_RESULTS` where nothing has been run.
 */
export function figures(results: Results): Figure[] {
  return [
    ...leadFigure(results),
    ...CURVE_AXES.flatMap((axis) => curveFigures(results, axis)),
    ...settingFigures(results),
    finalFigure(results),
    ...trafficFigure(results),
    ...spreadFigures(results),
  ]
}
