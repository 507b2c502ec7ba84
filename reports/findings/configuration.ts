import { isObject, type Json } from "@saddlepoint/core/contracts/json"
import type { Plan } from "@saddlepoint/core/declare/trial"
import type { Arm } from "./study.ts"

/** One field of a resolved definition: its path, e.g. `optimiser.rate`, and its value as text. */
export type Setting = readonly [path: string, value: string]

/** The whole resolved configuration of every arm: what all have alike, and what each has besides. */
export interface Configuration {
  readonly shared: readonly Setting[]
  readonly arms: readonly { readonly arm: Arm; readonly settings: readonly Setting[] }[]
}

/**
 * All that decides an arm's numbers, as its trials' identities hold it: method, networks, losses, optimisers, data, steps and metrics,
 * defaults included. Plug-ins are named where they stand, with their version.
 */
export function configurationOf({ trials }: Plan, arms: readonly Arm[]): Configuration {
  const byArm = arms.map((arm) => ({
    arm,
    settings: settingsOf(trials.find((trial) => trial.arm === arm.name)?.preimage),
  }))
  const [first, ...others] = byArm
  const inAll = ([path, value]: Setting) =>
    others.every(({ settings }) => settings.some(([other, theirs]) => other === path && theirs === value))
  const shared = new Set(first?.settings.filter(inAll).map(([path]) => path))
  const isShared = ([path]: Setting) => shared.has(path)
  return {
    shared: first?.settings.filter(isShared) ?? [],
    arms: byArm.map(({ arm, settings }) => ({ arm, settings: settings.filter((each) => !isShared(each)) })),
  }
}

function settingsOf(preimage: Plan["trials"][number]["preimage"] = {}): Setting[] {
  const { spec = {}, steps = 0, metrics = [], data = "" } = preimage
  const versions = isObject(preimage.plugins) ? preimage.plugins : {}
  const plugins = Object.entries(versions).map(
    ([name, version]): Setting => [`version of ${name}`, String(version)],
  )
  return [
    ["training steps", String(steps)],
    ...leavesOf(spec, ""),
    ["digest of the data", String(data)],
    ...leavesOf(metrics, "metrics"),
    ...plugins,
  ]
}

/** The leaves of a definition with their paths. A list of plain values is one leaf; a plug-in's name stands at its own path. */
function leavesOf(value: Json, path: string): Setting[] {
  const inside = (key: string | number) => (path === "" ? String(key) : `${path}.${key}`)
  if (Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null)) {
    return value.flatMap((item, index) => leavesOf(item, inside(index)))
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, inner]) =>
      leavesOf(inner, key === "use" ? path || "method" : inside(key)),
    )
  }
  return [[path, Array.isArray(value) ? value.join(", ") || "none" : String(value)]]
}
