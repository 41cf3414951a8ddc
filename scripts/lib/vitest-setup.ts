import fc from 'fast-check'
import { fastCheckSeed } from './fast-check-seed.ts'

fc.configureGlobal({ seed: fastCheckSeed })

// Where both are set, every process that a test starts says so on stderr, where nothing is to be said.
if (process.env.NO_COLOR !== undefined) delete process.env.FORCE_COLOR
