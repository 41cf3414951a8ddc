import { randomStream } from '@hearsay/core'
import { generateKeyPairFromSeed, publicKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import protobuf from 'protobufjs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Announcements, type AnnouncementsOptions } from '../src/announcements.ts'
import { encodeProgress, type Progress, parseProgress } from '../src/announcements-telemetry.ts'
import { announcementTopics } from '../src/announcements-topics.ts'
import { systemClock } from '../src/clock.ts'
import { packFrames, framedBytes } from '../src/frame.ts'
import { signManifest } from '../src/manifest-envelope.ts'
import { VirtualClock } from '../src/virtual-clock.ts'
import { eventually, fullAddress, PATIENCE_MS, type Recorded, startAttacker, startTransport } from './libp2p-harness.ts'
import { manifestOf } from './manifest-support.ts'

const [launcher, rival] = (await Promise.all(
  [1, 2].map((seed) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(seed))),
)) as [PrivateKey, PrivateKey]

interface Node extends Recorded {
  readonly announcements: Announcements
  readonly progress: [string, Progress][]
  readonly warnings: string[]
}

let seed = 0

/** A transport with announcements, connected with `neighbours`. */
async function start(
  neighbours: readonly Recorded[] = [],
  options: Partial<AnnouncementsOptions> & { privateKey?: PrivateKey } = {},
): Promise<Node> {
  const { privateKey, ...more } = options
  const recorded = await startTransport({
    bootstrap: neighbours.map(fullAddress),
    ...(privateKey === undefined ? {} : { privateKey }),
  })
  const warnings: string[] = []
  const announcements = new Announcements({
    transport: recorded.transport,
    clock: systemClock,
    random: randomStream(seed++),
    announceMsMin: 50,
    log: { info() {}, warn: (_, message) => warnings.push(message) },
    ...more,
  })
  const progress: [string, Progress][] = []
  announcements.onProgress((peer, message) => progress.push([peer, message]))
  announcements.start()
  onTestFinished(() => announcements.stop())
  return Object.assign(recorded, { announcements, progress, warnings })
}

/** Waits until two neighbours forward to each other. */
async function acquainted(a: Node, b: Node): Promise<void> {
  const meshPeers = (node: Node, topic: string): string[] =>
    (node.transport.pubsub as unknown as { getMeshPeers(topic: string): string[] }).getMeshPeers(topic)
  await eventually(() => {
    for (const topic of Object.values(announcementTopics('default'))) {
      expect(meshPeers(a, topic)).toContain(b.transport.self)
      expect(meshPeers(b, topic)).toContain(a.transport.self)
    }
  })
}

const PROGRESS: Progress = {
  type: 'progress',
  cycle: 3,
  age: 120,
  error: 0.25,
  modelsIn: 3,
  modelsOut: 3,
  bytesIn: 700,
  bytesOut: 710,
  refused: 0,
  viewSize: 20,
  ...{ steps: 130, framesIn: 5, framesOut: 6, learningBytesIn: 700, learningBytesOut: 800 },
}

describe('the manifest', () => {
  it('reaches peers that have no connection with its launcher', async () => {
    const a = await start([], { privateKey: launcher })
    const b = await start([a])
    const c = await start([b])
    await a.announcements.announceManifest(await signManifest(manifestOf(launcher), launcher))
    const received = await c.announcements.awaitManifest(AbortSignal.timeout(PATIENCE_MS))
    expect(received).toEqual(manifestOf(launcher))
    expect(b.announcements.manifest).toEqual(received)
    expect(c.transport.connectedPeers).toEqual([b.transport.self])
  })

  it('is learnt by a peer that comes when the launcher is gone', async () => {
    const a = await start([], { privateKey: launcher })
    const b = await start([a])
    await a.announcements.announceManifest(await signManifest(manifestOf(launcher), launcher))
    await b.announcements.awaitManifest(AbortSignal.timeout(PATIENCE_MS))
    a.announcements.stop()
    await a.transport.stop()
    await eventually(() => expect(b.transport.connectedPeers).toEqual([]))
    const late = await start([b])
    expect(await late.announcements.awaitManifest(AbortSignal.timeout(PATIENCE_MS))).toEqual(manifestOf(launcher))
  })

  it('is the first one: another run’s is ignored, and logged', async () => {
    const a = await start()
    const b = await start([a])
    await acquainted(a, b)
    const own = manifestOf(rival, { runId: 'run-2' })
    await b.announcements.announceManifest(await signManifest(own, rival))
    await eventually(() => expect(a.announcements.manifest).toEqual(own))
    const c = await start()
    await c.announcements.announceManifest(await signManifest(manifestOf(launcher), launcher))
    const d = await start([a, c])
    await eventually(() => expect(d.announcements.manifest).toBeDefined())
    await eventually(() =>
      expect([...d.warnings, ...c.warnings, ...a.warnings]).toContain('ignored the manifest of another run'),
    )
    expect(a.announcements.manifest).toEqual(own)
    expect(c.announcements.manifest).toEqual(manifestOf(launcher))
  })

  it('is the expected launcher’s, where one is expected', async () => {
    const a = await start([], { announceMsMax: 100 })
    const b = await start([], { announceMsMax: 100 })
    const c = await start([a, b], { expectedLauncher: manifestOf(launcher).launcher })
    await a.announcements.announceManifest(await signManifest(manifestOf(rival), rival))
    await eventually(() => expect(c.warnings).toContain('refused the manifest of another launcher'))
    expect(c.announcements.manifest).toBeUndefined()
    await b.announcements.announceManifest(await signManifest(manifestOf(launcher), launcher))
    expect(await c.announcements.awaitManifest(AbortSignal.timeout(PATIENCE_MS))).toEqual(manifestOf(launcher))
  })

  it('that is not valid is neither announced nor taken from others', async () => {
    const a = await start()
    const b = await start([a])
    await acquainted(a, b)
    const tampered = await signManifest(manifestOf(launcher), launcher)
    tampered[10] ^= 1
    await expect(b.announcements.announceManifest(tampered)).rejects.toMatchObject({ code: 'MANIFEST_SIGNATURE' })
    const { manifest } = announcementTopics('default')
    await b.transport.pubsub.publish(manifest, tampered)
    await b.announcements.announceManifest(await signManifest(manifestOf(launcher), launcher))
    await eventually(() => expect(a.announcements.manifest).toEqual(manifestOf(launcher)))
  })

  it('is waited for no longer than the signal says', async () => {
    const { announcements } = await start()
    await expect(announcements.awaitManifest(AbortSignal.abort('enough'))).rejects.toBe('enough')
    const controller = new AbortController()
    const waiting = announcements.awaitManifest(controller.signal)
    controller.abort('later')
    await expect(waiting).rejects.toBe('later')
  })
})

describe('telemetry', () => {
  it('reaches everybody with the name of who signed it, its author included', async () => {
    const a = await start()
    const b = await start([a])
    await acquainted(a, b)
    b.announcements.publishProgress(PROGRESS)
    const expected = [[b.transport.self, PROGRESS]]
    await eventually(() => expect([a.progress, b.progress]).toEqual([expected, expected]))
  })

  it('is not forwarded or heard when it is malformed', async () => {
    const a = await start()
    const b = await start([a])
    const c = await start([b])
    await acquainted(a, b)
    await acquainted(b, c)
    const { telemetry } = announcementTopics('default')
    const text = JSON.stringify(PROGRESS)
    for (const bad of ['', '{', text.replace('0.25', '1.25'), text.replace('{', '{"peer":"somebody",')]) {
      await a.transport.pubsub.publish(telemetry, new TextEncoder().encode(bad))
    }
    a.announcements.publishProgress({ ...PROGRESS, final: true })
    await eventually(() => expect(c.progress).toEqual([[a.transport.self, { ...PROGRESS, final: true }]]))
    expect(b.progress).toEqual(c.progress)
  })

  it('is heard only so often of one peer', async () => {
    // What a peer may send more with time is a matter of virtual time, which does not pass here.
    const a = await start([], { clock: new VirtualClock() })
    const b = await start([a])
    const c = await start([a])
    await acquainted(a, b)
    await acquainted(a, c)
    for (let cycle = 0; cycle < 300; cycle++) b.announcements.publishProgress({ ...PROGRESS, cycle })
    await eventually(() => expect(a.progress.length).toBe(32))
    c.announcements.publishProgress(PROGRESS)
    await eventually(() => expect(a.progress).toContainEqual([c.transport.self, PROGRESS]))
    expect(a.progress.filter(([peer]) => peer === b.transport.self).length).toBe(32)
  })

  it('in another’s name is refused', async () => {
    const victim = await start()
    const attacker = await startAttacker(victim)
    const impersonated = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(9))
    const stream = await (async () => {
      await attacker.open()
      const [connection] = attacker.node.getConnections()
      return await connection?.newStream('/meshsub/1.2.0')
    })()
    const send = (rpc: Uint8Array): void => void stream?.send(packFrames([rpc], framedBytes(rpc.length)))
    const honest = Buffer.from(encodeProgress(PROGRESS))
    const lie = Buffer.from(encodeProgress({ ...PROGRESS, error: 1 }))
    const signed = await signedMessage(impersonated, honest, 1)
    send(rpcOf({ ...signed, data: lie }))
    send(rpcOf({ ...(await signedMessage(launcher, lie, 2)), from: signed.from, key: signed.key }))
    send(rpcOf({ ...(await signedMessage(launcher, lie, 3)), from: signed.from }))
    send(rpcOf({ ...signed, signature: undefined, data: lie }))
    send(rpcOf(await signedMessage(impersonated, honest, 4)))
    const name = peerIdFromPrivateKey(impersonated).toString()
    await eventually(() => expect(victim.progress).toEqual([[name, PROGRESS]]))
  })
})

describe('a progress message', () => {
  it('comes out as it went in', () => {
    const full: Progress = {
      ...{ ...PROGRESS, index: 31, rows: 130, isolatedError: 0, error: null, final: true },
      ...{ counted: 3.5, round: 7, serverLost: true },
    }
    for (const progress of [PROGRESS, full]) expect(parseProgress(encodeProgress(progress))).toEqual(progress)
  })

  it('is refused when a value is out of its range', () => {
    const wrong: Partial<Record<keyof Progress, unknown>>[] = [
      { type: 'other' },
      { cycle: -1 },
      { age: 1.5 },
      { age: 2 ** 53 },
      { error: 1.01 },
      { error: Number.NaN },
      { isolatedError: null },
      { final: 'yes' },
      { serverLost: false },
      { round: -1 },
      { steps: undefined },
      { index: 1e6 + 1 },
    ]
    for (const change of wrong) {
      const progress = { ...PROGRESS, ...change } as Progress
      expect(() => encodeProgress(progress)).toThrow(expect.objectContaining({ code: 'TELEMETRY_INVALID' }))
    }
    expect(() => parseProgress(new Uint8Array(2049).fill(0x20))).toThrow(
      expect.objectContaining({ code: 'TELEMETRY_INVALID' }),
    )
  })
})

/** As in gossipsub's `rpc.proto`. */
const rpcSchema = protobuf.parse(`syntax = "proto3";
  message RPC { repeated Message messages = 2; }
  message Message {
    optional bytes from = 1; optional bytes data = 2; optional bytes seqno = 3; string topic = 4;
    optional bytes signature = 5; optional bytes key = 6;
  }`).root
const Rpc = rpcSchema.lookupType('RPC')
const RpcMessage = rpcSchema.lookupType('Message')

interface RawMessage {
  from: Uint8Array
  data: Uint8Array
  seqno: Uint8Array
  topic: string
  key: Uint8Array
  signature?: Uint8Array | undefined
}

/** A telemetry message as gossipsub signs it. */
async function signedMessage(key: PrivateKey, data: Uint8Array, sequence: number): Promise<RawMessage> {
  const from = peerIdFromPrivateKey(key).toMultihash().bytes
  const seqno = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, sequence)
  const message = { from, data, seqno, topic: announcementTopics('default').telemetry }
  const content = RpcMessage.encode(RpcMessage.create(message)).finish()
  const signature = await key.sign(Buffer.concat([Buffer.from('libp2p-pubsub:'), content]))
  return { ...message, key: publicKeyToProtobuf(key.publicKey), signature }
}

function rpcOf(message: RawMessage): Uint8Array {
  return Rpc.encode(Rpc.create({ messages: [message] })).finish()
}
