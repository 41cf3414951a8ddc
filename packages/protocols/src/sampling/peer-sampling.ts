import { type Archive, type Context, type Memory, type Message, NOBODY, type Protocol } from '@hearsay/core'
import { Period } from '../period.ts'
import { DescriptorSampler } from './descriptor-sampler.ts'
import { DESCRIPTOR } from './descriptor-views.ts'
import { checkPeerSampling, type PeerSamplingOptions } from './peer-sampling-options.ts'
import { LEAVE, REPLY, REQUEST } from './view-messages.ts'
import { ViewSelector } from './view-selector.ts'

const EXCHANGE = 0

/**
 * The general peer-sampling scheme (Jelasity, Voulgaris, Guerraoui, Kermarrec, van Steen, "Gossip-based peer sampling", ACM
 * TOCS 2007, figure 1): once a period, a peer exchanges half of its view and a fresh descriptor of itself with a member of
 * the view. Whom it asks, whether that one answers, and what a view drops are its policy.
 *
 * Ages count a peer's own exchanges, so that clocks need not agree. Messages are those of NewsCast.
 */
export class PeerSampling extends DescriptorSampler implements Protocol {
  readonly #memory: Memory
  readonly #period: Period
  readonly #selectsOldest: boolean
  readonly #pulls: boolean
  readonly #healing: number
  readonly #origins: Int32Array
  readonly #selector: ViewSelector
  /** Exchanges of each peer: what ages are counted by. */
  readonly #clocks: Int32Array
  /** Whom each peer has asked in this period and not heard, or NOBODY. */
  readonly #awaited: Int32Array
  readonly #outbox: number

  /** @throws {@link UsageError} when an option is out of its range. */
  constructor(options: PeerSamplingOptions) {
    const { peers, memory } = options
    const { selection, propagation, healing, swap, viewSize, partnerShareMax } = checkPeerSampling(options)
    super({ peers, viewSize, fallback: options.fallback })
    this.#memory = memory
    this.#period = new Period(options)
    this.#selectsOldest = selection === 'oldest'
    this.#pulls = propagation === 'pushpull'
    this.#healing = healing
    this.#origins = new Int32Array(peers * viewSize).fill(NOBODY)
    const partnerMax = Math.max(1, Math.floor(partnerShareMax * viewSize))
    this.#selector = new ViewSelector(this.views, this.#origins, { healing, swap, partnerMax })
    this.#clocks = new Int32Array(peers)
    this.#awaited = new Int32Array(peers).fill(NOBODY)
    this.#outbox = memory.allocate(Math.max(1, viewSize >> 1) * DESCRIPTOR)
  }

  onStart(context: Context): void {
    this.#awaited[context.self] = NOBODY
    context.setTimer(EXCHANGE, this.#period.phase(context))
  }

  onTimeout(context: Context): void {
    const { self } = context
    if (this.#awaited[self] !== NOBODY) this.#remove(self, this.#awaited[self])
    this.#clocks[self]++
    const partner = this.#partner(context)
    this.#awaited[self] = this.#selectsOldest && this.#pulls ? partner : NOBODY
    if (partner !== NOBODY) this.#sendView(context, partner, REQUEST)
    context.setTimer(EXCHANGE, this.#period.next(context))
  }

  onMessage(context: Context, from: number, message: Message): void {
    const { self } = context
    if (this.#awaited[self] === from) this.#awaited[self] = NOBODY
    if (message.kind === LEAVE) {
      this.#remove(self, from)
      return
    }
    if (message.kind !== REQUEST && !(message.kind === REPLY && this.#pulls)) return
    if (message.kind === REQUEST && this.#pulls) this.#sendView(context, from, REPLY)
    const { int32 } = this.#memory
    const count = message.length >> 1
    this.#selector.select(context.random, self, from, this.#clocks[self], int32, message.offset, count)
    if (message.kind === REQUEST) this.#clocks[self]++
  }

  onPeerUnreachable(context: Context, peer: number): void {
    this.#remove(context.self, peer)
  }

  onStop(context: Context): void {
    for (const peer of this.view(context.self)) context.send(peer, LEAVE)
  }

  onForget(context: Context): void {
    const { self } = context
    this.views.sizes[self] = 0
    this.#clocks[self] = 0
    this.#awaited[self] = NOBODY
    for (const contact of this.contacts.of(self)) this.append(self, contact)
  }

  persist(archive: Archive): void {
    this.views.persist(archive)
    archive.array(this.#origins)
    archive.array(this.#clocks)
    archive.array(this.#awaited)
  }

  protected override append(peer: number, contact: number): void {
    this.#origins[peer * this.viewSize + this.views.sizes[peer]] = NOBODY
    super.append(peer, contact)
  }

  #partner(context: Context): number {
    const { self } = context
    if (!this.#selectsOldest || this.views.sizes[self] === 0) return this.selectPeer(context)
    return this.views.words[this.views.start(self) + DESCRIPTOR * this.views.indexOfOldest(self)]
  }

  /** Half of the view, and what is not among the oldest H first; then the view has at its head what was sent. */
  #sendView(context: Context, to: number, kind: number): void {
    const { self } = context
    const views = this.views
    this.#permute(context)
    const words = this.#memory.int32
    const start = views.start(self)
    const count = Math.min(Math.max(1, this.viewSize >> 1) - 1, views.sizes[self])
    words[this.#outbox] = self
    words[this.#outbox + 1] = 0
    for (let i = 0; i < count; i++) {
      words[this.#outbox + DESCRIPTOR * (i + 1)] = views.words[start + DESCRIPTOR * i]
      words[this.#outbox + DESCRIPTOR * (i + 1) + 1] = this.#clocks[self] - views.words[start + DESCRIPTOR * i + 1]
    }
    context.send(to, kind, 0, 0, this.#outbox, DESCRIPTOR * (count + 1))
  }

  #permute({ self, random }: Context): void {
    const views = this.views
    const size = views.sizes[self]
    for (let i = size - 1; i > 0; i--) this.#swap(self, i, random.below(i + 1))
    const start = views.start(self)
    for (let end = size - 1; end >= Math.max(1, size - this.#healing); end--) {
      let oldest = end
      for (let i = 0; i < end; i++) {
        if (views.words[start + DESCRIPTOR * i + 1] < views.words[start + DESCRIPTOR * oldest + 1]) oldest = i
      }
      this.#swap(self, end, oldest)
    }
  }

  #swap(self: number, i: number, j: number): void {
    this.views.swap(self, i, j)
    const row = self * this.viewSize
    const origin = this.#origins[row + i]
    this.#origins[row + i] = this.#origins[row + j]
    this.#origins[row + j] = origin
  }

  #remove(self: number, other: number): void {
    const index = this.views.indexOf(self, other)
    if (index < 0) return
    const row = self * this.viewSize
    this.#origins.copyWithin(row + index, row + index + 1, row + this.views.sizes[self])
    this.views.removeAt(self, index)
  }
}
