import { statSync } from "node:fs"
import { extname } from "node:path"
import type { Experiment } from "@saddlepoint/core/declare/decode/decode"
import { describeDefinition } from "@saddlepoint/lab/store/attempts/manifestFacts"
import { cacheFolder, experimentsOf } from "@saddlepoint/lab/store/files/layout"
import { hasChoice } from "@saddlepoint/lab/store/frozen/choiceFile"
import { draftOf, type KeptPlan, readPlans } from "@saddlepoint/lab/store/frozen/keptPlan"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, WrongCall } from "./exit.ts"
import { experimentsNamed } from "./knownExperiments.ts"
import type { Asked } from "./planned.ts"

/** What a command is about: an experiment of the run store, or its file. */
export interface AskedExperiment extends Omit<Asked, "file"> {
  readonly experiment: string
}

/** A plan, and how it was asked for. */
export type StoredPlan = Pick<KeptPlan, "asked" | "plan" | "used">

/**
 * The newest plan that the run store keeps: of a name the plan of that profile, of a file that of its very definition. Neither opens a
 * dataset; a name does not even need the definition. Only where a file's definition was never planned in this store, as in those of
 * earlier versions, it is planned now.
 */
export const storedPlan = Effect.fnUntraced(function* (asked: AskedExperiment) {
  yield* attempt(() => knownSchema(asked.store))
  if (!isMeantAsFile(asked.store, asked.experiment)) return yield* attempt(() => planOfName(asked))
  const { decoded, planOf } = yield* attempt(() => import("./planned.ts"))
  const options = { ...asked, file: asked.experiment }
  const experiment = yield* decoded(options)
  const kept = planOfDefinition(asked.store, experiment)
  if (kept !== undefined) return kept
  const plan = yield* planOf(experiment, { cache: cacheFolder(asked.store) })
  const draft: StoredPlan = draftOf(plan, askedFor(options))
  return draft
})

/** How a plan is asked for, as the run store keeps it. */
export function askedFor({ file, profile, set }: Pick<Asked, "file" | "profile" | "set">) {
  return describeDefinition(file, Option.getOrUndefined(profile), set)
}

/** Whether a definition's file is meant. One that merely happens to be called as an experiment of the run store is not. */
export function isMeantAsFile(store: string, wanted: string | undefined): wanted is string {
  if (wanted === undefined || statSync(wanted, { throwIfNoEntry: false })?.isFile() !== true) return false
  return extname(wanted) !== "" || !experimentsOf(store).includes(wanted)
}

function planOfDefinition(store: string, { name, profile, hash }: Experiment): StoredPlan | undefined {
  return readPlans(store, name).plans.findLast(({ plan }) => plan.profile === profile && plan.hash === hash)
}

function planOfName({ store, experiment: wanted, profile, set }: AskedExperiment): StoredPlan {
  const [experiment] = experimentsNamed(store, wanted, true)
  if (set.length > 0) {
    throw new WrongCall(
      `Expected a file beside --set, which edits a definition, but got the name ${wanted}; give its file.`,
    )
  }
  const { plans, damaged } = readPlans(store, experiment!)
  const profiles = [...new Set(plans.map(({ plan }) => plan.profile))]
  const word = Option.getOrUndefined(profile)
  const chosen =
    word !== undefined || profiles.includes(undefined) || profiles.length !== 1 ? word : profiles[0]
  const found = plans.findLast(({ plan }) => plan.profile === chosen)
  if (found !== undefined) return found
  const which = word === undefined ? "without a profile" : `with the profile ${word}`
  throw new WrongCall(
    `Expected a plan of ${experiment} ${which} in the run store ${store}, but ${keptInWords(store, experiment!, profiles, damaged)}.`,
  )
}

/** Where results may be that are looked for under a plan which has none: other profiles of the experiment, in a sentence. */
export function otherProfiles(
  store: string,
  { experiment, profile }: StoredPlan["plan"],
): string | undefined {
  const { plans } = readPlans(store, experiment)
  const others = [...new Set(plans.map(({ plan }) => plan.profile))].filter((name) => name !== profile)
  if (others.length === 0) return undefined
  const named = others.flatMap((name) => (name === undefined ? [] : [`--profile ${name}`]))
  const plain = others.includes(undefined) ? ["none"] : []
  const asked = profile === undefined ? "without a profile" : `with the profile ${profile}`
  return `There is no result of ${experiment} ${asked} yet; this run store has been asked for it with ${[...plain, ...named].join(", ")}.`
}

/** What plans the run store keeps in the place of the one that is asked for, and what to give. */
function keptInWords(
  store: string,
  experiment: string,
  profiles: readonly (string | undefined)[],
  damaged: readonly string[],
): string {
  if (profiles.length > 0) {
    const has = profiles.map((name) => (name === undefined ? "one without a profile" : `profile ${name}`))
    const hint = profiles.some((name) => name !== undefined) ? "; give one with --profile" : ""
    return `it keeps ${has.join(", ")}${hint}`
  }
  if (damaged.length > 0) return "it keeps none that is as it was written; give the experiment's file"
  if (hasChoice(store, experiment)) return "it is a search, which plans no verdict and has no report"
  return "it keeps none, as it is of an earlier version or was not begun; give the experiment's file"
}
