import { planTrials } from "@saddlepoint/core/plan"
import { trialStates } from "@saddlepoint/lab/runStore"
import { whatSeedsCanShow } from "@saddlepoint/metrics/statistics/seedArithmetic"
import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { openDefinition } from "../definitionFile.ts"
import { attempt } from "../exit.ts"
import { file, json, profile, set, store } from "../flags.ts"
import { readingOf } from "../reading.ts"

export const plan = Command.make(
  "plan",
  { file, profile, set, store, json },
  Effect.fn(function* (options) {
    const definition = yield* attempt(() => openDefinition(options.file))
    const experiment = yield* attempt(() => definition.decode(readingOf(options)))
    const planned = yield* attempt(() => planTrials(experiment))
    const states = trialStates(options.store, planned)
    const alpha = Math.min(...planned.comparisons.map((comparison) => comparison.alpha))
    const warnings = [
      ...planned.warnings,
      ...(planned.comparisons.length === 0
        ? []
        : whatSeedsCanShow(planned.seeds.length, planned.comparisons.length, alpha)),
    ]
    const trials = planned.trials.map(({ id, arm, role, seed, steps }) => ({
      id,
      arm,
      role,
      seed,
      steps,
      state: states.get(id)!.state,
    }))
    if (options.json) {
      const prerequisites = [...planned.judges, ...planned.controls].map(({ id, arm, role, steps }) => ({
        id,
        arm,
        role,
        steps,
        state: states.get(id)!.state,
      }))
      const { experiment: name, hash } = planned
      yield* Console.log(JSON.stringify({ experiment: name, hash, trials, prerequisites, warnings }))
      return
    }
    const lines = [planned.question, ""]
    for (const { id, arm, role, steps } of [...planned.judges, ...planned.controls, ...planned.trials]) {
      lines.push(
        `${id}  ${states.get(id)!.state.padEnd(7)}  ${role.padEnd(10)}  ${`${steps} steps`.padEnd(11)}  ${arm}`,
      )
    }
    const done = trials.filter(({ state }) => state === "done").length
    lines.push(
      "",
      `${trials.length} trials, ${done} done. Definition ${planned.hash.slice(0, 16)}.`,
      ...warnings,
    )
    yield* Console.log(lines.join("\n"))
  }),
).pipe(Command.withDescription("Show the trials of an experiment, what is done, and what its seeds can show"))
