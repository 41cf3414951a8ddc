import { createKernels } from '@hearsay/kernels'
import { parentPort, workerData } from 'node:worker_threads'
import {
  ByzantineProtocol,
  type FaultPlan,
  PeerPartition,
  type SharedRun,
  simulateFaults,
  Simulation,
} from '../../src/index.ts'
import { delayOf } from '../support.ts'
import { TinyLearning, WORDS } from './tiny-learning.ts'

/** What a thread of a faulty run is given. */
export interface FaultyRun {
  readonly shared: SharedRun
  readonly index: number
  readonly peers: number
  readonly seed: number
  readonly plan: FaultPlan
  readonly untilMs: number
}

const { shared, index, peers, seed, plan, untilMs } = workerData as FaultyRun
const kernels = createKernels()
const learning = new TinyLearning(peers, kernels, 100)
const faults = simulateFaults(plan, { peers, seed, network: delayOf(25) })
const { attackers } = faults
const attack = plan.byzantine?.attack ?? { kind: 'sign-flip' }
const protocol = new ByzantineProtocol({ protocol: learning, kernels, attackers, attack, words: WORDS })
const partition = new PeerPartition(shared, index, peers)
const simulation = new Simulation({ ...faults, peers, seed, kernels, protocols: [protocol] }, partition)
simulation.run(untilMs)
parentPort?.postMessage({ lanes: simulation.traceLanes, counters: simulation.counters })
