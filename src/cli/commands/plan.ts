import { trialStates } from "@saddlepoint/lab/runStore"
import { whatSeedsCanShow } from "@saddlepoint/metrics/statistics/seedArithmetic"
import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { file, json, profile, set, store } from "../flags.ts"
import { planned } from "../planned.ts"

export const plan = Command.make(
  "plan",
  { file, profile, set, store, json },
  Effect.fn(function* (options) {
    const found = yield* planned(options)
    const states = trialStates(options.store, found)
    const alpha = Math.min(...found.comparisons.map((comparison) => comparison.alpha))
    const warnings =
      found.comparisons.length === 0
        ? []
        : whatSeedsCanShow(found.seeds.length, found.comparisons.length, alpha)
    const trials = found.trials.map(({ id, arm, role, seed, steps }) => ({
      id,
      arm,
      role,
      seed,
      steps,
      state: states.get(id)!.state,
    }))
    if (options.json) {
      const prerequisites = [...found.judges, ...found.controls].map(({ id, arm, role, steps }) => ({
        id,
        arm,
        role,
        steps,
        state: states.get(id)!.state,
      }))
      const { experiment: name, hash } = found
      yield* Console.log(JSON.stringify({ experiment: name, hash, trials, prerequisites, warnings }))
      return
    }
    const lines = [found.question, ""]
    for (const { id, arm, role, steps } of [...found.judges, ...found.controls, ...found.trials]) {
      lines.push(
        `${id}  ${states.get(id)!.state.padEnd(7)}  ${role.padEnd(10)}  ${`${steps} steps`.padEnd(11)}  ${arm}`,
      )
    }
    const done = trials.filter(({ state }) => state === "done").length
    lines.push(
      "",
      `${trials.length} trials, ${done} done. Definition ${found.hash.slice(0, 16)}.`,
      ...warnings,
    )
    yield* Console.log(lines.join("\n"))
  }),
).pipe(Command.withDescription("Show the trials of an experiment, what is done, and what its seeds can show"))
