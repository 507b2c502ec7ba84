import { join } from "node:path"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import type { Plan } from "@saddlepoint/core/declare/trial"
import type { Registration, RegistrationState } from "../../contracts/registration.ts"
import { listFolder } from "../files/durable.ts"
import { keepNumbered, numbersIn } from "../files/exclusive.ts"
import { trialFolder, trialsFolder } from "../files/layout.ts"
import { withoutPaths } from "../files/privacy.ts"
import { readSealed } from "../files/sealed.ts"
import { definitionChanges } from "./definitionChange.ts"
import { foundationChanges } from "./foundationChange.ts"
import { readPlans } from "./keptPlan.ts"

/** The number that is written, and from which on the file is sealed. */
const registrationSchema = 2

/**
 * Freezes a plan's definition, once: the same definition under the same profile is not written again.
 * @param date ISO 8601, UTC; now when left out
 */
export function register(
  plan: Plan,
  store: string,
  by: Registration["by"],
  date = new Date().toISOString(),
): { readonly registration: Registration; readonly isNew: boolean } {
  const folder = registrationsFolder(store, plan.experiment)
  // Before those that there are are read, so that whoever registers in the meantime is either read or has taken the number.
  const free = 1 + (numbersIn(folder).at(-1) ?? 0)
  const known = registered(plan, store).own
  if (known !== undefined) return { registration: known, isNew: false }
  const resultsBefore = {
    plan: plan.trials.filter(({ id }) => hasResult(store, plan.experiment, id)).length,
    experiment: listFolder(trialsFolder(store, plan.experiment)).filter((id) =>
      hasResult(store, plan.experiment, id),
    ).length,
  }
  for (let number = free; ; number++) {
    const registration: Registration = {
      schema: registrationSchema,
      number,
      date,
      ...(plan.profile === undefined ? {} : { profile: plan.profile }),
      hash: plan.hash,
      by,
      resultsBefore,
      definition: plan.definition,
    }
    if (keepNumbered(folder, number, registration)) return { registration, isNew: true }
    // Another process registered in the meantime; perhaps this very definition.
    const theirs = registered(plan, store).own
    if (theirs !== undefined) return { registration: theirs, isNew: false }
  }
}

/**
 * How a plan stands to the registrations of its experiment under its profile. Changes are those of the definition since the first one,
 * and of what it rests on since the first plan that is kept.
 */
export function registrationState(plan: Plan, store: string): RegistrationState {
  const { own, first, damaged } = registered(plan, store)
  const before = readPlans(store, plan.experiment).plans.find((kept) => kept.plan.profile === plan.profile)
  const isOther = first !== undefined && first.hash !== plan.hash
  const now = own?.definition ?? plan.definition
  return {
    ...(own === undefined ? {} : { own }),
    ...(isOther ? { first } : {}),
    changes: [
      ...(isOther ? definitionChanges(inPlaceOf(now, plan.hash, first.definition), now) : []),
      ...(before === undefined ? [] : foundationChanges(before.plan, plan)),
    ],
    damaged,
  }
}

/** A kept plan has no absolute paths in its definition, and is compared with one that has none either: else each would be a change. */
function inPlaceOf(now: JsonObject, hash: string, before: JsonObject): JsonObject {
  return contentHash(now) === hash ? before : withoutPaths(before)
}

/** The registration of the plan's own definition, and the first one of its profile. */
function registered(plan: Plan, store: string) {
  const { registrations, damaged } = readRegistrations(store, plan.experiment)
  const ofProfile = registrations.filter(({ profile }) => profile === plan.profile)
  return { own: ofProfile.find(({ hash }) => hash === plan.hash), first: ofProfile[0], damaged }
}

/** All registrations of an experiment, oldest first, and a sentence for each that is cut off or was changed. */
export function readRegistrations(
  store: string,
  experiment: string,
): { readonly registrations: readonly Registration[]; readonly damaged: readonly string[] } {
  const folder = registrationsFolder(store, experiment)
  const registrations: Registration[] = []
  const damaged: string[] = []
  for (const number of numbersIn(folder)) {
    const read = readSealed(join(folder, `${number}.json`), registrationSchema)
    if (typeof read !== "string" && isRegistration(read.value, number)) registrations.push(read.value)
    else
      damaged.push(
        `The registration registrations/${number}.json of ${experiment} is damaged or was changed after it was written, and is not counted.`,
      )
  }
  return { registrations, damaged }
}

/** The state in sentences: when the definition was registered, before what, and what has changed. */
export function registrationInWords({ own, first, changes, damaged }: RegistrationState): string[] {
  const sentences: string[] = []
  if (own !== undefined) sentences.push(ownInWords(own))
  else if (first === undefined) sentences.push("The definition is not registered.")
  if (first === undefined && changes.length > 0) {
    sentences.push(
      "What the definition rests on has changed since it was first planned; its trials are others now.",
    )
  }
  if (first !== undefined) {
    const what = own === undefined ? "The definition is not the one that was" : "Before it, another one was"
    const many = changes.length === 1 ? "one change" : `${changes.length} changes`
    sentences.push(`${what} registered on ${first.date} (${first.hash.slice(0, 16)}); ${many} since.`)
  }
  return [...sentences, ...damaged]
}

function ownInWords({ date, hash, resultsBefore: { plan, experiment } }: Registration): string {
  const head = `Registered on ${date}, definition ${hash.slice(0, 16)}`
  const others = experiment - plan
  const also =
    others > 0
      ? ` The experiment had ${counted(others, "result")} of judges, controls or other definitions then.`
      : ""
  if (plan === 0) return `${head}, before the first trial.${also}`
  return `${head}, when ${counted(plan, "of its trials", "of its trials")} had results already: not before the first trial.${also}`
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

function registrationsFolder(store: string, experiment: string): string {
  return join(trialsFolder(store, experiment), "..", "registrations")
}

function isRegistration(value: object, number: number): value is Registration {
  const { schema, number: written, date, hash, resultsBefore, definition } = value as Partial<Registration>
  if ((schema !== 1 && schema !== registrationSchema) || written !== number || typeof date !== "string")
    return false
  if (typeof resultsBefore?.plan !== "number" || typeof resultsBefore.experiment !== "number") return false
  return typeof definition === "object" && definition !== null && contentHash(definition) === hash
}

function hasResult(store: string, experiment: string, trial: string): boolean {
  return listFolder(join(trialFolder(store, experiment, trial), "results")).some((name) =>
    /^[0-9a-f]/.test(name),
  )
}
