import type { PeerSampler, Protocol } from '@hearsay/core'
import { Brahms, Cyclon, NewsCast, PeerSampling, peerSamplingPreset } from '@hearsay/protocols'
import { type FaultSetting, type FaultSubject, viewsValid } from '@hearsay/simulator'
import { addContacts } from './contacts.ts'

const VIEW_SIZE = 6

/** A peer sampler that gossips. */
interface ViewSampler extends Protocol, PeerSampler {
  view(peer: number): readonly number[]
  addContact(peer: number, contact: number): void
}

/** What every sampler here is made from. */
type Common = Pick<FaultSetting, 'peers' | 'periodMs'> & {
  readonly memory: FaultSetting['kernels']['memory']
  readonly viewSize: number
}

function samplingSubject(name: string, create: (common: Common) => ViewSampler): FaultSubject {
  return {
    name,
    build: ({ peers, periodMs, random, kernels }) => {
      const sampler = create({ peers, periodMs, memory: kernels.memory, viewSize: VIEW_SIZE })
      addContacts(sampler, peers, random)
      return { protocols: [sampler], invariants: [viewsValid(sampler, { peers, viewSize: VIEW_SIZE })] }
    },
  }
}

export const samplingSubjects: readonly FaultSubject[] = [
  samplingSubject('newscast', (common) => new NewsCast(common)),
  samplingSubject('newscast-ageing', (common) => new NewsCast({ ...common, descriptorAgeMax: 10 })),
  samplingSubject(
    'peer-sampling-healer',
    (common) => new PeerSampling({ ...common, ...peerSamplingPreset('healer', VIEW_SIZE), selection: 'oldest' }),
  ),
  samplingSubject(
    'peer-sampling-swapper',
    (common) => new PeerSampling({ ...common, ...peerSamplingPreset('swapper', VIEW_SIZE) }),
  ),
  samplingSubject('cyclon', (common) => new Cyclon(common)),
  samplingSubject('brahms', (common) => new Brahms(common)),
]
