import type { PlannedArm, AxisPoint as PlannedPoint } from "@saddlepoint/core/declare/trial"

/** One varied field of an arm's name. */
export interface AxisPoint extends PlannedPoint {
  /** The field in words, e.g. `receptive field`. */
  readonly words: string
}

/** An arm's name in its parts: `gan/discriminator.receptiveField=16` is the family `gan` at one point of its axis. */
export interface ArmName {
  readonly name: string
  readonly family: string
  readonly points: readonly AxisPoint[]
  /** For reading: `gan (receptive field 16)`. */
  readonly label: string
}

/** An arm's name for reading, from what the plan knows of it. */
export function armName({ name, key, points }: Omit<PlannedArm, "role">): ArmName {
  const named = points.map((point) => ({ ...point, words: words(point.field) }))
  const inside = named.map((point) => `${point.words} ${point.text}`).join(", ")
  return { name, family: key, points: named, label: inside === "" ? key : `${key} (${inside})` }
}

/** The last named part of a path, with its camel humps as words. */
function words(field: string): string {
  const last = field.split(".").findLast((part) => !/^\d+$/.test(part)) ?? field
  return last.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase()
}
