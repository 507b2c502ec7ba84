import { mixedInWords } from "@saddlepoint/lab/store/reading/executionCounts"
import {
  type ExperimentStatus,
  experimentStatus,
  type TrialStatus,
} from "@saddlepoint/lab/store/reading/storeStatus"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { closenessOf, failWhereAltered } from "../closeness.ts"
import { attempt } from "../exit.ts"
import { check, json, profile, set, store } from "../flags.ts"
import { experimentsNamed } from "../knownExperiments.ts"
import { say } from "../say.ts"
import { isMeantAsFile, storedPlan } from "../storedPlan.ts"

export const status = Command.make(
  "status",
  {
    experiment: Argument.String("experiment").pipe(
      Argument.withDescription(
        "name of an experiment, or its file; with a file or a profile what was never begun is told too; all experiments when left out",
      ),
      Argument.optional,
    ),
    profile,
    set,
    store,
    check,
    json,
  },
  Effect.fn(function* (options) {
    const wanted = Option.getOrUndefined(options.experiment)
    yield* attempt(() => knownSchema(options.store))
    const closeness = closenessOf(options)
    const isPlanMeant =
      isMeantAsFile(options.store, wanted) || (wanted !== undefined && Option.isSome(options.profile))
    const found = isPlanMeant
      ? yield* storedPlan({ ...options, experiment: wanted }).pipe(
          Effect.map(({ plan }) => [experimentStatus(options.store, plan.experiment, plan, closeness)]),
        )
      : yield* attempt(() =>
          experimentsNamed(options.store, wanted, true).map((name) =>
            experimentStatus(options.store, name, undefined, closeness),
          ),
        )
    failWhereAltered(options, [...found, ...found.flatMap(({ trials }) => trials)])
    yield* say(options.json ? JSON.stringify({ experiments: found }) : textOf(found, options.store))
  }),
).pipe(
  Command.withDescription("Show where every trial stands, from the run store alone"),
  Command.withExamples([
    { command: "saddlepoint status", description: "All experiments of the run store" },
    {
      command: "saddlepoint status experiments/question.ts --profile quick",
      description: "With what is missing",
    },
  ]),
)

function textOf(found: readonly ExperimentStatus[], store: string): string {
  if (found.length === 0) return `The run store ${store} holds no trials.`
  return found.map(experimentText).join("\n\n")
}

const standings = ["done", "unjudged", "diverged", "failed", "playing", "stopped", "missing"] as const

function experimentText(found: ExperimentStatus): string {
  const { experiment, counts, failedBy, executions, arms, trials, retry, altered, uncovered } = found
  const classes = Object.entries(failedBy).map(([name, n]) => `${n} ${name}`)
  const parts = standings
    .filter((standing) => counts[standing] > 0)
    .map((standing) => {
      const how = standing === "failed" ? ` (${classes.join(", ")})` : ""
      return `${counts[standing]} ${standing}${how}`
    })
  const width = Math.max(0, ...arms.map(({ arm }) => arm.length))
  const several = mixedInWords(executions)
  const unfit = [
    ...trials.flatMap(({ id, altered }) => altered.map(({ sentence }) => `  altered  ${id}: ${sentence}`)),
    ...altered.map(({ sentence }) => `  altered  ${sentence}`),
  ]
  return [
    `${experiment}: ${parts.join(", ") || "no trials"}`,
    ...arms.map(({ arm, seeds, planned }) => {
      const of = planned === null ? "" : ` of ${planned}`
      return `  ${arm.padEnd(width)}  ${new Set(seeds).size}${of} ${planned === 1 ? "seed" : "seeds"} complete`
    }),
    ...trials.filter(({ standing }) => standing !== "done" && standing !== "diverged").map(trialText),
    ...unfit,
    ...(uncovered === 0 ? [] : [`  ${uncovered} results of an earlier version are not covered by a digest.`]),
    ...(several.length === 0 ? [] : [`  results of several executions: ${several.join("; ")}`]),
    ...(retry.length === 0 ? [] : [`  retry --failed would play ${retry.length}.`]),
  ].join("\n")
}

function trialText({
  id,
  arm,
  seed,
  standing,
  step,
  steps,
  where,
  class: how,
  sentence,
}: TrialStatus): string {
  const progress = step === undefined ? "" : ` at step ${step}${steps === undefined ? "" : ` of ${steps}`}`
  const who = where === undefined ? "" : where === "here" ? ", on this machine" : ", elsewhere"
  const why = standing === "failed" ? ` ${how}: ${sentence}` : ""
  return `  ${standing.padEnd(8)} ${id}  ${arm ?? "?"} seed ${seed ?? "?"}${progress}${who}${why}`
}
