import { existsSync, statSync } from "node:fs"
import { experimentsOf } from "@saddlepoint/lab/store/files/layout"
import {
  type ExperimentStatus,
  experimentStatus,
  type TrialStatus,
} from "@saddlepoint/lab/store/reading/storeStatus"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { closenessOf } from "../closeness.ts"
import { attempt, WrongCall } from "../exit.ts"
import { check, json, profile, set, store } from "../flags.ts"

export const status = Command.make(
  "status",
  {
    experiment: Argument.String("experiment").pipe(
      Argument.withDescription(
        "name of an experiment, or its file: then what was never begun is told too; all experiments when left out",
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
    const found = isFile(wanted)
      ? [yield* statusOfFile({ ...options, file: wanted })]
      : yield* attempt(() =>
          named(options.store, wanted).map((name) =>
            experimentStatus(options.store, name, undefined, closenessOf(options)),
          ),
        )
    yield* Console.log(options.json ? JSON.stringify({ experiments: found }) : textOf(found, options.store))
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

function isFile(wanted: string | undefined): wanted is string {
  return wanted !== undefined && existsSync(wanted) && statSync(wanted).isFile()
}

/** The planner is loaded here only: without a file no definition is read. */
const statusOfFile = Effect.fnUntraced(function* (
  asked: Parameters<typeof import("../planned.ts")["planned"]>[0] & {
    readonly store: string
    readonly check: boolean
  },
) {
  const { planned } = yield* attempt(() => import("../planned.ts"))
  const plan = yield* planned(asked)
  return experimentStatus(asked.store, plan.experiment, plan, closenessOf(asked))
})

function named(store: string, wanted: string | undefined): readonly string[] {
  const experiments = experimentsOf(store)
  if (wanted === undefined) return experiments
  if (experiments.includes(wanted)) return [wanted]
  const known = experiments.length === 0 ? "none" : experiments.join(", ")
  throw new WrongCall(
    `Expected an experiment of the run store ${store}, or a file, but got ${wanted}; the store holds ${known}.`,
  )
}

function textOf(found: readonly ExperimentStatus[], store: string): string {
  if (found.length === 0) return `The run store ${store} holds no trials.`
  return found.map(experimentText).join("\n\n")
}

const standings = ["done", "diverged", "failed", "playing", "stopped", "missing"] as const

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
  const several = Object.entries(executions)
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
    ...(several.length < 2
      ? []
      : [`  results of several executions: ${several.map(([name, n]) => `${name} (${n})`).join(", ")}`]),
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
