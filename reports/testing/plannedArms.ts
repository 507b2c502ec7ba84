import type { PlannedArm } from "@saddlepoint/core/declare/trial"

/** Arms as a plan would have them, from names like `gan/discriminator.receptiveField=16` and their roles. */
export function plannedArms(
  arms: readonly (readonly [name: string, role: PlannedArm["role"]])[],
): PlannedArm[] {
  return arms.map(([name, role]) => {
    const [key = "", axes] = name.split("/")
    const points = axes?.split(",").map((axis) => {
      const [field = "", text = ""] = axis.split("=")
      return { field, text, value: text !== "" && Number.isFinite(Number(text)) ? Number(text) : null }
    })
    return { name, key, role, points: points ?? [] }
  })
}
