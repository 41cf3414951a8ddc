import { ConfigurationError } from '@hearsay/core'
import { correctionProblem } from '@hearsay/protocols'
import type { Overlay, ScenarioOptions } from './scenario-options.ts'

/** Overlays in which peers know their own degree and their neighbours'. */
const UNDIRECTED: readonly Overlay[] = ['scale-free', 'regular', 'ring', 'random']

/** @throws {@link ConfigurationError} `CORRECTION` where a correction does not go with the other options. */
export function checkCorrection(options: ScenarioOptions): void {
  const { correction, overlay, flow, onlineNeighbours } = options
  if (correction === undefined) return
  if (onlineNeighbours === true) {
    throw new ConfigurationError('CORRECTION', `${correction} does not choose among neighbours that are online`)
  }
  const problem = UNDIRECTED.includes(overlay)
    ? correctionProblem(correction, { ...options, flow: flow?.kind })
    : `${correction} needs an undirected overlay: ${UNDIRECTED.join(', ')}; not ${overlay}`
  if (problem !== undefined) throw new ConfigurationError('CORRECTION', problem)
}
