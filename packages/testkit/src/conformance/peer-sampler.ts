import { NOBODY, type PeerSampler } from '@hearsay/core'
import { BufferMemory } from '@hearsay/kernels'
import { describe, expect, test, vi } from 'vitest'
import { RecordingContext } from '../recording-context.ts'

/** A sampler in some state, and what it may answer in it. */
export interface SamplerFixture {
  readonly sampler: PeerSampler
  /** The peers that the sampler may select for `self`, without repetition; at most ten of them. */
  known(self: number): readonly number[]
}

/** Makes a sampler for a population of peers 0 … peers − 1, in which each knows at least two others if there are. */
export type PeerSamplerFactory = (peers: number) => SamplerFixture

const PEERS = 8
const DRAWS = 400

/** What every {@link PeerSampler} promises, as tests. */
export function describePeerSampler(name: string, factory: PeerSamplerFactory): void {
  const draw = (sampler: PeerSampler, self: number, seed: number): number[] => {
    const context = new RecordingContext(new BufferMemory(64), self, seed)
    return Array.from({ length: DRAWS }, () => sampler.selectPeer(context))
  }

  describe(`${name}, a peer sampler`, () => {
    test('selects all peers that it knows, and no others', () => {
      const { sampler, known } = factory(PEERS)
      for (let self = 0; self < PEERS; self++) {
        const selected = new Set(draw(sampler, self, 1))
        expect([...selected].sort(ascending)).toEqual([...known(self)].sort(ascending))
      }
    })

    test('never selects the peer that asks', () => {
      const { sampler } = factory(PEERS)
      for (let self = 0; self < PEERS; self++) expect(draw(sampler, self, 2)).not.toContain(self)
    })

    test('knows nobody where a peer is alone', () => {
      expect(new Set(draw(factory(1).sampler, 0, 3))).toEqual(new Set([NOBODY]))
    })

    test('draws from the random stream of the context alone', () => {
      const entropy = vi.spyOn(Math, 'random')
      const first = draw(factory(PEERS).sampler, 1, 4)
      expect(draw(factory(PEERS).sampler, 1, 4)).toEqual(first)
      expect(draw(factory(PEERS).sampler, 1, 5)).not.toEqual(first)
      expect(entropy).not.toHaveBeenCalled()
      entropy.mockRestore()
    })

    test('has no other effect', () => {
      const { sampler } = factory(PEERS)
      const context = new RecordingContext(new BufferMemory(64), 2)
      for (let i = 0; i < DRAWS; i++) sampler.selectPeer(context)
      expect(context.takeSent()).toEqual([])
      expect(context.takeTimers()).toEqual([])
    })
  })
}

const ascending = (a: number, b: number): number => a - b
