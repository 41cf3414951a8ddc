import { parentPort } from 'node:worker_threads'
import { type Batch, exploreBatch } from './explored.ts'
import { SHIPPED } from './subjects/shipped.ts'

// A worker thread: explores the batches that it is given.

parentPort?.on('message', (batch: Batch) => parentPort?.postMessage(exploreBatch(batch, SHIPPED)))
