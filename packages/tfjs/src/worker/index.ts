export type { WorkerLearnerOptions } from './messages.ts'
export { startWorkerTrainer, WorkerTrainer, type WorkerTrainerOptions } from './worker-trainer.ts'
