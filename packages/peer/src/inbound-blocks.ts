import type { Stream } from '@libp2p/interface'
import type { Uint8ArrayList } from 'uint8arraylist'

type Block = Uint8Array | Uint8ArrayList

/**
 * The blocks of a stream, cut wherever the network cut them, from now on until the remote peer has written its last one. A stream's own iterator hears of
 * the end only as an event, and waits for ever where that event came first, as with a stream that was opened, written
 * and closed at one go.
 *
 * @param onBlock - Called with the bytes of each block before it is yielded.
 * @throws What ended the stream, if it was not its remote peer in good order.
 */
export async function* readBlocks(stream: Stream, onBlock: (bytes: number) => void): AsyncGenerator<Block> {
  const blocks: Block[] = []
  let failure: Error | undefined
  let wake = (): void => {}
  const onMessage = ({ data }: { data: Block }): void => {
    blocks.push(data)
    wake()
  }
  const onClose = ({ error }: { error?: Error }): void => {
    failure = error
    wake()
  }
  const onEnd = (): void => wake()
  stream.addEventListener('close', onClose)
  stream.addEventListener('remoteCloseWrite', onEnd)
  stream.addEventListener('message', onMessage)
  try {
    for (;;) {
      for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
        onBlock(block.byteLength)
        yield block
      }
      if (failure !== undefined) throw failure
      if (hasEnded(stream)) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    stream.removeEventListener('close', onClose)
    stream.removeEventListener('remoteCloseWrite', onEnd)
    stream.removeEventListener('message', onMessage)
  }
}

/** Whether no further block comes; what libp2p has buffered already comes as an event, in a microtask. */
function hasEnded(stream: Stream): boolean {
  return (stream.status !== 'open' || stream.remoteWriteStatus === 'closed') && stream.readBufferLength === 0
}
