import { isObject, type JsonObject } from "@saddlepoint/core/contracts/json"
import type { Plan } from "@saddlepoint/core/declare/trial"
import { plannedSpec } from "../plannedSpec.ts"
import type { Arm, Study } from "../study.ts"

/** An arm that learns one domain from the labels of another, as the plan has it. */
export interface AdaptingArm {
  readonly arm: Arm
  /** Name of its method, e.g. `dann`. */
  readonly method: string
  /** What chose among its checkpoints, e.g. `last`. */
  readonly selection: string
  /** The domains in words, e.g. `glyphs` and `glyphs (domain rotated)`. */
  readonly source: string
  readonly target: string
  /** Equal where the judged target is the same. */
  readonly targetKey: string
  /** The baseline that was trained on the same source alone. */
  readonly lower?: Arm
  /** The bound that was trained on the target's labels. */
  readonly upper?: Arm
}

type Planned = Omit<AdaptingArm, "lower" | "upper"> & { readonly dataKey: string; readonly onTarget: boolean }

/**
 * The arms whose data are two domains, or whose trials left answers, each with its bounds: the lower is the baseline of the
 * method `sourceOnly` on the same domains, the upper the arm of role `bound` whose source is the same target. An arm that an
 * oracle chose has bounds that an oracle chose. Where several could be meant, fields that were varied in both must
 * agree; where that leaves more than one, there is none.
 */
export function adaptingArms({ arms, findings }: Study): AdaptingArm[] {
  const domains = findings.plan.trials.flatMap(({ preimage }) => domainsOf(preimage.spec) ?? [])
  const planned = arms.flatMap((arm) => plannedOf(arm, findings.plan, domains))
  return planned.map(({ dataKey, onTarget, ...about }) => {
    const boundOf = (fits: (other: Planned) => boolean) => {
      const found = planned.filter(
        (other) => other.arm.oracle === about.arm.oracle && agrees(other.arm, about.arm) && fits(other),
      )
      return found.length === 1 ? found[0]!.arm : undefined
    }
    const lower = boundOf(
      (other) =>
        other.arm.role === "baseline" &&
        other.method === "sourceOnly" &&
        // The upper bound is judged on the target that all others share, but has another source.
        (onTarget ? other.targetKey === about.targetKey && !other.onTarget : other.dataKey === dataKey),
    )
    const upper = boundOf(
      (other) => other.arm.role === "bound" && other.onTarget && other.targetKey === about.targetKey,
    )
    return { ...about, ...(lower && { lower }), ...(upper && { upper }) }
  })
}

/** The specs of source and target, where an arm's data are two domains. */
function domainsOf(spec: unknown): readonly [source: JsonObject, target: JsonObject] | undefined {
  const data = isObject(spec) && isObject(spec.data) ? spec.data : {}
  const { source, target } = data
  return data.use === "adaptation" && isObject(source) && isObject(target) ? [source, target] : undefined
}

function plannedOf(arm: Arm, plan: Plan, all: readonly JsonObject[]): Planned[] {
  const spec = plannedSpec(plan, arm.name)
  const data = isObject(spec.data) ? spec.data : {}
  const [source, target] = domainsOf(spec) ?? [data, data]
  const twoDomains = source !== data
  if (!answersWithClasses(arm, twoDomains)) return []
  const dataKey = JSON.stringify(data)
  return [
    {
      arm,
      method: String(spec.use ?? ""),
      selection: nameOf(spec.selection) || "last",
      source: domainWords(source, all),
      target: domainWords(target, all),
      targetKey: JSON.stringify(target),
      dataKey,
      onTarget: twoDomains && JSON.stringify(source) === JSON.stringify(target),
    },
  ]
}

/** As its record says; where that says nothing, by its data or what its trials left. */
function answersWithClasses({ answers, trials }: Arm, twoDomains: boolean): boolean {
  if (answers !== null) return answers === "classes"
  return twoDomains || trials.some(({ result }) => result?.artifacts.answers !== undefined)
}

const nameOf = (value: unknown): string => (isObject(value) ? String(value.use ?? "") : String(value ?? ""))

/** A dataset's name, and what distinguishes it from others of the same name. */
function domainWords(domain: JsonObject, all: readonly JsonObject[]): string {
  const others = all.filter(({ use }) => use === domain.use)
  const unlike = Object.entries(domain).filter(([key, value]) =>
    others.some((other) => JSON.stringify(other[key]) !== JSON.stringify(value)),
  )
  const options = unlike.map(([key, value]) => `${key} ${nameOf(value)}`).join(", ")
  return options === "" ? nameOf(domain) : `${nameOf(domain)} (${options})`
}

/** Whether fields that were varied in both arms have the same values. */
function agrees(one: Arm, other: Arm): boolean {
  return one.points.every(({ field, text }) =>
    other.points.every((point) => point.field !== field || point.text === text),
  )
}
