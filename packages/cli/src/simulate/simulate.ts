import type { SimulateFlags } from '../commands/simulate.ts'
import { parseDataSource } from '../datasets/data-source.ts'
import { ExitCode, exitCodeOf } from '../exit-code.ts'
import { drained, writeJsonLine } from '../output/json-lines.ts'
import type { Session } from '../session.ts'
import type { SimulateEvent } from './events.ts'
import { loadData } from './load-data.ts'
import { runScenario } from './run.ts'
import { Scenario } from './scenario.ts'
import type { ScenarioOptions } from './scenario-options.ts'
import { SimulateText } from './simulate-text.ts'

/** `hearsay simulate`. Returns the exit code. */
export async function simulate(flags: SimulateFlags, session: Session): Promise<number> {
  const source = parseDataSource(flags, 'spambase')
  const options = scenarioOptions(flags)
  const scenario = new Scenario(options, await loadData(source, flags.scale, flags.seed))
  const { signal, now, stdout } = session
  const { cycles, reportAt } = flags
  const text = flags.json === true ? undefined : new SimulateText(session)
  const tell = (event: SimulateEvent): void => (text === undefined ? writeJsonLine(stdout, event) : text.tell(event))
  // A terminal is redrawn often; lines of JSON are for the record.
  const progressMs = flags.json === true ? 1000 : 250
  for await (const event of runScenario(scenario, { cycles, reportAt, signal, now, progressMs })) {
    tell(event)
    await drained(stdout, signal)
    if (event.type === 'summary' && event.interrupted) return exitCodeOf(signal.reason)
  }
  return ExitCode.done
}

function scenarioOptions(flags: SimulateFlags): ScenarioOptions {
  const { model, lambda, eta, batch, create, merge, age } = flags
  const learner = { model, lambda, batch, creation: create, merge, ageRule: age, ...(eta === undefined ? {} : { eta }) }
  return { ...flags, bias: flags.bias ?? false, guard: flags.guard ?? false, periodMs: flags.period, learner }
}
