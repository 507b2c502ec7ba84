import { type BestResults, bestResults } from "@saddlepoint/lab/store/reading/bestResults"
import { collectFindings } from "@saddlepoint/lab/store/reading/collect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { columns } from "../columns.ts"
import { attempt, WrongCall } from "../exit.ts"
import { json, profile, store } from "../flags.ts"
import { say } from "../say.ts"
import { otherProfiles, storedPlan } from "../storedPlan.ts"

export const best = Command.make(
  "best",
  {
    experiment: Argument.String("experiment").pipe(
      Argument.withDescription("name of an experiment of the run store, or its file"),
    ),
    metric: Flag.String("metric").pipe(
      Flag.withDescription("by which results are ordered, e.g. fid; it says itself whether high is good"),
    ),
    count: Flag.Int("count").pipe(Flag.withDescription("how many are shown, 1 or more"), Flag.withDefault(5)),
    arm: Flag.String("arm").pipe(
      Flag.withDescription(
        "of this arm alone, or of all that its axes make, by its key; all arms if left out",
      ),
      Flag.optional,
    ),
    profile,
    store,
    json,
  },
  Effect.fn(function* (options) {
    const { count, metric } = options
    if (count < 1) {
      return yield* Effect.fail(
        new WrongCall(`Expected --count to be a number of results, 1 or more, but got ${count}.`),
      )
    }
    const { plan, asked, used } = yield* storedPlan({ ...options, set: [] })
    const arm = Option.getOrUndefined(options.arm)
    const found = yield* attempt(() =>
      bestResults(collectFindings(plan, options.store, { asked, used }), metric, { arm, count }),
    )
    const sentence = choiceInWords(found)
    if (options.json) yield* say(JSON.stringify({ experiment: plan.experiment, ...found, sentence }))
    else if (found.of > 0) yield* say([...linesOf(found), "", sentence].join("\n"))
    else yield* say(otherProfiles(options.store, plan) ?? sentence)
  }),
).pipe(
  Command.withDescription("Show the best results of an experiment's arms by a metric"),
  Command.withExamples([
    { command: "saddlepoint best my-question --metric fid --count 3", description: "With their trials' ids" },
  ]),
)

function linesOf({ metric, best: results }: BestResults): string[] {
  const head = ["", metric.name, "noise", "arm", "seed", "status", "trial"]
  return columns([
    head,
    ...results.map(({ rank, value, noise, arm, seed, status, trial }) => [
      String(rank),
      value.toPrecision(6),
      noise === undefined ? "" : noise.toPrecision(2),
      arm,
      String(seed),
      status,
      trial,
    ]),
  ])
}

/** What was chosen from, and what that makes of the values. */
function choiceInWords({ metric, best: results, of, without, split }: BestResults): string {
  const lacking = without === 0 ? "" : ` (${without} more have no value)`
  if (of === 0) return `No result has a value of ${metric.name}${lacking}.`
  const way = metric.higherIsBetter ? "highest" : "lowest"
  const which = results.length === 1 ? `The ${way}` : `The ${results.length} ${way}`
  return `${which} of ${of}${lacking}, chosen on the ${split} split that judged them: the more there were to choose from, the better they look there than they are.`
}
