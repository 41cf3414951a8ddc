import type { Invariant } from './invariant.ts'

/** What has a view for each peer: the samplers that gossip. */
export interface Viewing {
  /** The peers in the view of a peer. */
  view(peer: number): readonly number[]
}

/** A view holds peers of the run, no more than fit, none twice, and never the peer whose view it is. */
export function viewsValid(sampler: Viewing, { peers, viewSize }: { peers: number; viewSize: number }): Invariant {
  const seenFor = new Int32Array(peers).fill(-1)
  let round = 0
  return {
    name: 'views valid',
    onEvent: ({ peer }) => {
      const view = sampler.view(peer)
      if (view.length > viewSize)
        return `the view has ${view.length} entries, and room for ${viewSize}: ${view.join(' ')}`
      round++
      for (const other of view) {
        if (other === peer) return `the view holds the peer itself: ${view.join(' ')}`
        if (!(Number.isInteger(other) && other >= 0 && other < peers))
          return `the view holds ${other}, which is no peer`
        if (seenFor[other] === round) return `the view holds peer ${other} twice: ${view.join(' ')}`
        seenFor[other] = round
      }
      return undefined
    },
  }
}
