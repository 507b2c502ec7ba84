import type { FailureClass } from "@saddlepoint/lab/contracts/failure"
import { cacheFolder } from "@saddlepoint/lab/store/files/layout"
import { failedTrials } from "@saddlepoint/lab/store/reading/failedTrials"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, WrongCall } from "../exit.ts"
import { file, json, profile, set, store } from "../flags.ts"
import { planned } from "../planned.ts"
import { playFlags, playPlan } from "../playPlan.ts"
import { complain, say } from "../say.ts"

const classes: readonly FailureClass[] = ["failed", "out-of-memory", "preempted", "timed-out", "refused"]

export const retry = Command.make(
  "retry",
  {
    file,
    profile,
    set,
    store,
    failed: Flag.Boolean("failed").pipe(
      Flag.withDescription("the trials whose last attempt failed; what was never begun is left to run"),
      Flag.withDefault(false),
    ),
    class: Flag.String("class").pipe(
      Flag.withDescription(`only one class of failure: ${classes.join(", ")}`),
      Flag.optional,
    ),
    ...playFlags,
    json,
  },
  Effect.fn(function* (options) {
    const only = yield* attempt(() => {
      if (!options.failed) {
        throw new WrongCall(
          "Expected --failed, which says what to play again; run plays what is missing as well.",
        )
      }
      return classOf(Option.getOrUndefined(options.class))
    })
    const plan = yield* planned(options, { cache: cacheFolder(options.store) })
    const found = yield* attempt(() => failedTrials(options.store, plan, only))
    if (found.failed.length === 0) {
      const of = only === undefined ? "" : ` of class ${only}`
      const nothing = `No trial${of} has failed, so there is nothing to play again.`
      yield* say(options.json ? JSON.stringify({ experiment: plan.experiment, retried: [] }) : nothing)
      return
    }
    // On standard error, so that --json leaves one object on standard output.
    for (const { trial, class: how } of options.json ? [] : found.failed) {
      yield* complain(`Again: ${trial.id} ${trial.arm} seed ${trial.seed} (${how})`)
    }
    const { played, failed } = yield* playPlan(options, found.plan, plan)
    if (!options.json) yield* complain(`${played} played to a result, ${failed.length} without.`)
  }),
).pipe(Command.withDescription("Play the trials whose last attempt failed once more"))

function classOf(word: string | undefined): FailureClass | undefined {
  const found = classes.find((name) => name === word)
  if (word === undefined || found !== undefined) return found
  throw new WrongCall(`Expected --class to be ${classes.join(", ")}, but got ${word}.`)
}
