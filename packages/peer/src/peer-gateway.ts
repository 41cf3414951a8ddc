import type { OutgoingTransfer, TransferRefusal, TransferSink, Transport, TransportReceiver } from './transport.ts'

/**
 * A transport that starts before its host exists. A peer must be on the network to learn what to run; what reaches it
 * until then is dropped, as if it had come before the peer did.
 */
export class PeerGateway implements Transport {
  readonly #transport: Transport
  #receiver: TransportReceiver | undefined

  constructor(transport: Transport) {
    this.#transport = transport
    transport.listen({
      onFrame: (peer, protocol, frame) => this.#receiver?.onFrame(peer, protocol, frame) ?? true,
      onTransfer: (peer, protocol, head, bytes) => this.#onTransfer(peer, protocol, head, bytes),
      onUnreachable: (peer) => this.#receiver?.onUnreachable(peer),
    })
  }

  get self(): string {
    return this.#transport.self
  }

  get addresses(): readonly string[] {
    return this.#transport.addresses
  }

  send(peer: string, protocol: string, frame: Uint8Array, addresses: readonly string[]): void {
    this.#transport.send(peer, protocol, frame, addresses)
  }

  transfer(peer: string, protocol: string, transfer: OutgoingTransfer, addresses: readonly string[]): void {
    this.#transport.transfer(peer, protocol, transfer, addresses)
  }

  listen(receiver: TransportReceiver): void {
    this.#receiver = receiver
  }

  start(): Promise<void> {
    return this.#transport.start()
  }

  stop(): Promise<void> {
    return this.#transport.stop()
  }

  #onTransfer(peer: string, protocol: string, head: Uint8Array, bytes: number): TransferSink | TransferRefusal {
    if (this.#receiver === undefined) return 'busy'
    return this.#receiver.onTransfer?.(peer, protocol, head, bytes) ?? 'refused'
  }
}
