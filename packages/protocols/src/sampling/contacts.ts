const NONE = -1

/** Whom each peer knows before it starts, kept for peers that lose what they have learned since. */
export class Contacts {
  /** The last entry of each peer. Entry i is a contact and the entry before it. */
  readonly #last: Int32Array
  readonly #entries: number[] = []

  constructor(peers: number) {
    this.#last = new Int32Array(peers).fill(NONE)
  }

  add(peer: number, contact: number): void {
    this.#entries.push(contact, this.#last[peer])
    this.#last[peer] = this.#entries.length - 2
  }

  /** The contacts of a peer, the first first. */
  of(peer: number): number[] {
    const contacts: number[] = []
    for (let entry = this.#last[peer]; entry !== NONE; entry = this.#entries[entry + 1]) {
      contacts.push(this.#entries[entry])
    }
    return contacts.reverse()
  }
}
