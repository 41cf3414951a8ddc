import { ArchiveReader, ArchiveWriter, type Context, type Message, randomStream } from '@hearsay/core'
import type { RawDataset } from '@hearsay/datasets'
import { FederatedKind } from '@hearsay/federated'
import { createKernels } from '@hearsay/kernels'
import { expect, it } from 'vitest'
import { buildLearningStack, type LearningStack } from '../src/learning-stack.ts'
import { manifestOf } from '../src/run-settings.ts'

const rows: RawDataset = {
  ...{ name: 'rows', featureNames: ['a', 'b'], classNames: ['ham', 'spam'], rows: 4 },
  features: Float64Array.of(1, 2, -1, -2, 2, 1, -2, -1),
  labels: Int32Array.of(0, 1, 0, 1),
}
const manifest = manifestOf(
  { method: { roundMs: 100, deadlineMs: 100 } },
  { launcher: 'L', runId: 'r', rows, unixNowMs: 0 },
)
const TICK = 1

/** A server's stack, and whom it has sent a model to. */
function server(): {
  readonly learning: LearningStack['learning']
  readonly context: Context
  readonly asked: number[]
} {
  const { learning } = buildLearningStack({ manifest, kernels: createKernels(), rows })
  const asked: number[] = []
  const send: Context['send'] = (to, kind) => {
    if (kind === FederatedKind.model) asked.push(to)
  }
  const context: Context = { self: 0, now: 50, random: randomStream(1), send, setTimer() {} }
  learning.protocol.onStart(context)
  return { learning, context, asked }
}

it('a server that is restored asks nobody by a number that meant a client before', () => {
  const before = server()
  const checkIn: Message = { kind: FederatedKind.checkIn, value: 0, stamp: 0, offset: 0, length: 0 }
  before.learning.protocol.onMessage(before.context, 7, checkIn)
  before.learning.protocol.onTimeout(before.context, TICK)
  before.learning.protocol.onTimeout(before.context, TICK)
  expect(before.asked).toContain(7)
  const pieces: Uint8Array[] = []
  const writer = new ArchiveWriter((bytes) => pieces.push(bytes.slice()))
  before.learning.state.persist(writer)
  writer.finish()
  const saved = Buffer.concat(pieces)

  const after = server()
  let position = 0
  const reader = new ArchiveReader((target) => {
    target.set(saved.subarray(position, position + target.length))
    position += target.length
  })
  after.learning.state.persist(reader)
  reader.finish()
  expect(after.learning.protocol.ages[0]).toBe(before.learning.protocol.ages[0])
  expect(after.learning.protocol.ages[0]).toBeGreaterThan(0)
  after.learning.protocol.onStart(after.context)
  after.learning.protocol.onTimeout(after.context, TICK)
  expect(after.asked).toEqual([])
  after.learning.protocol.onMessage(after.context, 3, checkIn)
  after.learning.protocol.onTimeout(after.context, TICK)
  expect(after.asked).toEqual([3])
})
