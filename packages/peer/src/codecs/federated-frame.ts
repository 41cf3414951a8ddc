import { RemoteError } from '@hearsay/core'
import { FederatedKind } from '@hearsay/federated'
import { FrameReader } from '../wire/frame-reader.ts'
import { FederatedField } from './federated-layout.ts'

/** The fields of one frame of federated learning as they came, and what can be said against them in any run. */
export class FederatedFrame {
  kind = 0
  round = 0
  age = 0
  rows = 0
  seed = 0
  /** The field that holds weights, 0 for none; where they are in the frame, and how many bytes. */
  weightsField = 0
  weightsStart = 0
  weightsBytes = 0
  readonly #reader = new FrameReader()

  /** @throws {@link RemoteError} `FEDERATED_KIND`, `FEDERATED_AGE`, `FEDERATED_FIELD`, or one of {@link FrameReader}'s. */
  read(bytes: Uint8Array): void {
    const reader = this.#reader
    this.#clear()
    reader.open(bytes, 0, bytes.length)
    while (reader.next()) this.#readField(reader)
    reader.close()
    if (this.kind > FederatedKind.leave) {
      throw new RemoteError(
        'FEDERATED_KIND',
        `there are kinds 0 … ${FederatedKind.leave} of messages, not ${this.kind}`,
      )
    }
    if (this.age > Number.MAX_SAFE_INTEGER) {
      throw new RemoteError('FEDERATED_AGE', 'a global model claims an age of 2^53 or more')
    }
  }

  /** @throws {@link RemoteError} `FEDERATED_ROUND`. */
  assertRound(): void {
    if (this.round >= 1 && this.round <= Number.MAX_SAFE_INTEGER) return
    throw new RemoteError('FEDERATED_ROUND', `a round is a safe integer ≥ 1, not ${this.round}`)
  }

  /** @throws {@link RemoteError} `FEDERATED_FIELD` where the frame has more than its kind. */
  assertOnly(holds: boolean): void {
    if (!holds) throw new RemoteError('FEDERATED_FIELD', `a message of kind ${this.kind} has a field of another kind`)
  }

  /** @throws {@link RemoteError} `FEDERATED_FIELD` where a frame that is only a kind has more. */
  assertBare(): void {
    const { round, age, rows, seed, weightsField } = this
    this.assertOnly(round === 0 && age === 0 && rows === 0 && seed === 0 && weightsField === 0)
  }

  #clear(): void {
    this.kind = this.round = this.age = this.rows = this.seed = 0
    this.weightsField = this.weightsStart = this.weightsBytes = 0
  }

  #readField(reader: FrameReader): void {
    switch (reader.field) {
      case FederatedField.kind:
        this.kind = reader.varint()
        break
      case FederatedField.round:
        this.round = reader.varint()
        break
      case FederatedField.age:
        this.age = reader.varint()
        break
      case FederatedField.rows:
        this.rows = reader.varint()
        break
      case FederatedField.seed:
        this.seed = reader.varint()
        break
      case FederatedField.float32:
      case FederatedField.float16:
      case FederatedField.int8:
        this.#readWeights(reader)
        break
      default:
        reader.skip()
    }
  }

  #readWeights(reader: FrameReader): void {
    const { field } = reader
    const bytes = reader.bytes()
    if (bytes === 0) return
    this.assertOnly(this.weightsField === 0 || this.weightsField === field)
    this.weightsField = field
    this.weightsStart = reader.start
    this.weightsBytes = bytes
  }
}
