import { isAxis } from "../contracts/axis.ts"
import { isObject, type Json, type JsonObject } from "../contracts/json.ts"
import type { Mistake } from "../contracts/mistake.ts"
import { quoted } from "../contracts/neutral.ts"
import { suggestion } from "./suggestion.ts"

/** What stays of an arm when a patch names another method for it. */
const ofTheArm = ["role", "budget"]

/**
 * JSON merge patch (RFC 7396): members of the patch replace members of the target, objects are merged, `null` removes.
 * Two kinds of object are whole values here: an axis is replaced, never merged; and where the patch names another
 * plug-in (`use`), the options of the old one go.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch
  const merged = new Map(Object.entries(kept(target, patch)))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}

function kept(target: Json | undefined, patch: JsonObject): JsonObject {
  if (!isObject(target) || isAxis(target) || isAxis(patch)) return {}
  if (patch.use === undefined || target.use === undefined || patch.use === target.use) return target
  return Object.fromEntries(Object.entries(target).filter(([key]) => ofTheArm.includes(key)))
}

/** The definition with one of its profiles merged in, and without its profiles; unknown profiles are a mistake. */
export function applyProfile(json: JsonObject, profile: string | undefined, mistakes: Mistake[]): JsonObject {
  const { profiles, ...rest } = json
  if (profile === undefined) return rest
  const known = isObject(profiles) ? profiles : {}
  if (!Object.hasOwn(known, profile)) {
    const names = Object.keys(known)
    const hint = names.length === 0 ? "; the experiment has none" : suggestion(profile, names, "profiles")
    mistakes.push({ path: ["profiles"], message: `there is no profile ${quoted(profile)}${hint}` })
    return rest
  }
  const patch = known[profile]
  return isObject(patch) ? (mergePatch(rest, patch) as JsonObject) : rest
}
