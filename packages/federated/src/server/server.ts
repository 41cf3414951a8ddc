import type { Archive, Context, Message, Persistent } from '@hearsay/core'
import type { Federation } from '../federation.ts'
import { trainLocally } from '../federation.ts'
import { FederatedKind } from '../messages.ts'
import type { ServerRule } from '../rules/server-rule.ts'
import { TIMER_TICK } from '../timers.ts'
import { ClientTable, NO_SLOT } from './client-table.ts'
import { ServerCounters } from './server-counters.ts'

// Constants of this module, which the engine folds: those that a module imports it reads anew each time.
const { checkIn: CHECK_IN, model: MODEL, update: UPDATE, leave: LEAVE } = FederatedKind

/**
 * The server. It asks a share of the clients that are there, takes the mean of the updates that come until all have come or
 * the deadline is over, changes its model, and starts the next round.
 *
 * Rounds are numbered so that their numbers grow even if the server has lost its state: a round takes `roundMs` or more, even
 * where the server goes and comes back meanwhile, so ⌊now/roundMs⌋ is never below the number of a round that is over.
 */
export class Server implements Persistent {
  readonly counters: ServerCounters = new ServerCounters()
  readonly #federation: Federation
  readonly #rule: ServerRule
  readonly #table: ClientTable
  #round = 0
  #isOpen = false
  /** When the present round began. */
  #openedMs = 0
  /** Clients whose update is awaited. */
  #outstanding = 0
  /** Looks until the deadline. */
  #ticksLeft = 0
  /** Updates in the mean, and the rows that they were trained on. */
  #updates = 0
  #rows = 0

  constructor(federation: Federation, rule: ServerRule) {
    this.#federation = federation
    this.#rule = rule
    this.#table = new ClientTable(federation.settings.clientsMax)
  }

  /** The number of the present round, or of the last one. */
  get round(): number {
    return this.#round
  }

  /** Clients that the server has heard of and has room for. */
  get clients(): number {
    return this.#table.count
  }

  /** What was under way when the server went is given up: its clients' updates count as late. */
  start(context: Context): void {
    const { settings } = this.#federation
    this.#abandon()
    this.#round = Math.max(this.#round, Math.floor(context.now / settings.roundMs))
    if (settings.serverTrains) this.#see(context.self, context.now, Number.POSITIVE_INFINITY)
    context.setTimer(TIMER_TICK, Math.max(settings.openingMs, this.#round * settings.roundMs - context.now))
  }

  tick(context: Context): void {
    this.#ticksLeft--
    if (!this.#isOpen || this.#outstanding === 0 || this.#ticksLeft <= 0) {
      if (this.#isOpen) this.#close(context)
      this.#open(context)
    }
    context.setTimer(TIMER_TICK, this.#federation.settings.roundMs)
  }

  receive(context: Context, from: number, message: Message): void {
    if (message.kind === CHECK_IN) this.#see(from, context.now, context.now)
    else if (message.kind === UPDATE) this.#receiveUpdate(context, from, message)
    else if (message.kind === LEAVE) this.lose(from)
    else if (message.kind === MODEL && from === context.self) this.#receiveOwn(from, message.stamp)
  }

  /** A client is gone: nothing more is awaited of it. */
  lose(peer: number): void {
    const slot = this.#table.slotOf(peer)
    if (slot === NO_SLOT) return
    this.#table.miss(slot)
    if (this.#table.awaited[slot] === 0) return
    this.#table.awaited[slot] = 0
    this.#outstanding--
    this.counters.missing++
  }

  /** Counters go on. */
  forget(): void {
    this.forgetClients()
    this.#round = 0
    this.#rule.forget?.()
  }

  /** As before its first client has checked in; the model and what the rule keeps stay. */
  forgetClients(): void {
    this.#abandon()
    this.#table.clear()
  }

  persist(archive: Archive): void {
    this.#round = archive.number(this.#round)
    this.#isOpen = archive.number(this.#isOpen ? 1 : 0) === 1
    this.#openedMs = archive.number(this.#openedMs)
    this.#outstanding = archive.number(this.#outstanding)
    this.#ticksLeft = archive.number(this.#ticksLeft)
    this.#updates = archive.number(this.#updates)
    this.#rows = archive.number(this.#rows)
    this.#table.persist(archive)
    this.counters.persist(archive)
    this.#rule.persist?.(archive)
  }

  #see(peer: number, nowMs: number, seenMs: number): void {
    let slot = this.#table.slotOf(peer)
    if (slot === NO_SLOT) slot = this.#table.admit(peer, nowMs - this.#federation.settings.availableMs)
    if (slot !== NO_SLOT) this.#table.see(slot, seenMs)
  }

  #receiveUpdate(context: Context, from: number, message: Message): void {
    const table = this.#table
    const slot = table.slotOf(from)
    if (slot === NO_SLOT || message.stamp <= table.settled[slot] || message.stamp > this.#round) {
      this.counters.ignored++
      return
    }
    table.see(slot, context.now)
    if (table.awaited[slot] === message.stamp) {
      table.awaited[slot] = 0
      this.#outstanding--
      this.#federation.updates.receive(message)
      this.#count(Math.floor(message.value))
    } else if (message.stamp < this.#round || !this.#isOpen) {
      this.counters.late++
    } else {
      this.counters.ignored++
      return
    }
    table.settled[slot] = message.stamp
  }

  #count(rows: number): void {
    this.#updates++
    this.#rows += rows
    this.counters.used++
  }

  #open(context: Context): void {
    const { settings, models, ages, modelCoder, traffic } = this.#federation
    const { self } = context
    const table = this.#table
    this.#round++
    this.#openedMs = context.now
    this.#ticksLeft = settings.ticksMax
    table.select(context.random, settings.fraction, context.now - settings.availableMs)
    this.#isOpen = table.selectedCount > 0
    if (!this.#isOpen) return
    const payload = modelCoder.encode(models.offset(self))
    let asksItself = false
    for (let i = 0; i < table.selectedCount; i++) {
      const slot = table.selected[i]
      const peer = table.peer(slot)
      if (peer === self) {
        asksItself = true
        continue
      }
      table.awaited[slot] = this.#round
      traffic.send(context, peer, MODEL, ages[self], this.#round, payload, modelCoder.words)
    }
    this.counters.asked += table.selectedCount
    this.#outstanding = table.selectedCount - (asksItself ? 1 : 0)
    if (asksItself) this.#askItself(context, payload)
  }

  /** The server's own part in a round: at once, or where training takes time, when it is told that it has been trained. */
  #askItself(context: Context, offset: number): void {
    const { askItself, ages, modelCoder } = this.#federation
    const { self } = context
    if (askItself === undefined) return this.#trainItself(self)
    this.#table.awaited[this.#table.slotOf(self)] = this.#round
    this.#outstanding++
    askItself(context, {
      ...{ kind: MODEL, value: ages[self], stamp: this.#round },
      ...{ offset, length: modelCoder.words },
    })
  }

  #receiveOwn(self: number, round: number): void {
    const slot = this.#table.slotOf(self)
    // A round that has ended meanwhile does without.
    if (slot === NO_SLOT || this.#table.awaited[slot] !== round) return
    this.#table.awaited[slot] = 0
    this.#outstanding--
    this.#trainItself(self)
  }

  #trainItself(self: number): void {
    const { updates, scratch } = this.#federation
    const rows = trainLocally(this.#federation, self)
    if (rows === 0) return this.#table.miss(this.#table.slotOf(self))
    updates.add(scratch, rows)
    this.#count(rows)
  }

  #close(context: Context): void {
    const { models, ages, updates, settings } = this.#federation
    const { self } = context
    if (this.#updates >= settings.updatesMin) {
      const rows = Math.max(1, Math.round(this.#rows / this.#updates))
      ages[self] = this.#rule.apply(models.offset(self), updates.mean(), ages[self], rows)
      this.counters.rounds++
    } else {
      this.counters.voidRounds++
    }
    this.#abandon()
  }

  /** Ends the round without a look at what has come: who was not heard of since it began is not asked again before it is. */
  #abandon(): void {
    const table = this.#table
    for (let i = 0; i < table.selectedCount; i++) {
      const slot = table.selected[i]
      if (table.awaited[slot] === 0) continue
      table.awaited[slot] = 0
      if (!table.isSeenSince(slot, this.#openedMs)) table.miss(slot)
      this.counters.missing++
    }
    this.#isOpen = false
    this.#outstanding = 0
    this.#updates = 0
    this.#rows = 0
    this.#federation.updates.clear()
  }
}
