import { readFileSync } from 'node:fs'
import { loadData, runScenario, Scenario, type SimulateSummary, W2 } from 'hearsay'
import { beforeAll, describe, expect, test } from 'vitest'
