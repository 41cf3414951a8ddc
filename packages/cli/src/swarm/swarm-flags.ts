import type { ShardFlags, SourceFlags } from '../flags/data-flags.ts'
import type { OutputFlags } from '../flags/output-flags.ts'
import type { RunDefaults, RunFlags } from '../peer/run-flags.ts'
import type { MlpFlags } from './mlp/mlp-flags.ts'

/** The flags of `hearsay swarm`, as they were parsed. */
export type SwarmFlags = SourceFlags &
  MlpFlags &
  ShardFlags &
  RunFlags &
  OutputFlags & {
    readonly peers: number
    readonly processes?: number
    readonly seed: number
    /** An IP address. */
    readonly listenHost: string
    readonly log?: string
    /** Whether a federated run follows the gossiping one. */
    readonly compare?: boolean
    /** Folder of the results of a comparison. */
    readonly out?: string
  }

/** Half a minute. With λ = 0.03 Spambase is learned in half of that, which leaves time on a busy machine. */
export const SWARM_DEFAULTS: RunDefaults = { period: 500, cycles: 60, lambda: 0.03 }

/** A network takes longer to train than a linear model, and every peer of this machine trains its own. */
export const MLP_DEFAULTS: RunDefaults = { period: 1000, cycles: 45, lambda: 0.03 }

/** Twice a third of that, for two runs in a minute. */
export const COMPARE_DEFAULTS: RunDefaults = { period: 400, cycles: 50, lambda: 0.03 }

/** As for linear models, two runs of two thirds of one. */
export const MLP_COMPARE_DEFAULTS: RunDefaults = { period: 1000, cycles: 30, lambda: 0.03 }
