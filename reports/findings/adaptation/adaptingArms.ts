import { isObject, type JsonObject } from "@saddlepoint/core/contracts/json"
import type { Plan, PlannedDomain } from "@saddlepoint/core/declare/trial"
import { plannedSelection, plannedSpec } from "../plannedSpec.ts"
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
 * agree; where that leaves more than one, it is itself, or the one that it is compared with, or none.
 */
export function adaptingArms({ arms, findings }: Study): AdaptingArm[] {
  const { plan } = findings
  const domains = plan.arms.flatMap(({ name }) => domainsOf(plan, name) ?? []).map(({ spec }) => spec)
  const compared = new Set(plan.comparisons.map(({ challenger, baseline }) => `${challenger}\n${baseline}`))
  const planned = arms.flatMap((arm) => plannedOf(arm, plan, domains))
  return planned.map(({ dataKey, onTarget, ...about }) => {
    const boundOf = (fits: (other: Planned) => boolean) => {
      const found = planned.filter(
        (other) => other.arm.oracle === about.arm.oracle && agrees(other.arm, about.arm) && fits(other),
      )
      // Where several could be meant, the arm is its own bound, or what it is compared with is.
      const own = found.filter(({ arm }) => arm === about.arm)
      const named = found.filter(({ arm }) => compared.has(`${about.arm.name}\n${arm.name}`))
      const meant = [found, own, named].find(({ length }) => length === 1)
      return meant?.[0]?.arm
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

/** Source and target of an arm, as the plan has them; in plans of earlier versions, as the definition of its data reads. */
function domainsOf(
  plan: Plan,
  arm: string,
): readonly [source: PlannedDomain, target: PlannedDomain] | undefined {
  const planned = plan.arms.find(({ name }) => name === arm)
  if (planned?.domains !== undefined) return [planned.domains.source, planned.domains.target]
  const { data } = plannedSpec(plan, arm)
  const { use, source, target } = isObject(data) ? data : {}
  if (planned?.answers !== undefined || use !== "adaptation" || !isObject(source) || !isObject(target))
    return undefined
  const guessed = (spec: JsonObject) => ({ spec, digest: JSON.stringify(spec) })
  return [guessed(source), guessed(target)]
}

function plannedOf(arm: Arm, plan: Plan, all: readonly JsonObject[]): Planned[] {
  const spec = plannedSpec(plan, arm.name)
  const data = isObject(spec.data) ? spec.data : {}
  const one: PlannedDomain = { spec: data, digest: JSON.stringify(data) }
  const domains = domainsOf(plan, arm.name)
  const [source, target] = domains ?? [one, one]
  if (!answersWithClasses(arm, domains !== undefined)) return []
  return [
    {
      arm,
      method: String(spec.use ?? ""),
      selection: plannedSelection(plan, arm.name),
      source: domainWords(source, all),
      target: domainWords(target, all),
      targetKey: target.digest,
      dataKey: `${source.digest} ${target.digest}`,
      onTarget: domains !== undefined && source.digest === target.digest,
    },
  ]
}

/** As its record says; where that says nothing, by its data or what its trials left. */
function answersWithClasses({ answers, trials }: Arm, twoDomains: boolean): boolean {
  if (answers !== null) return answers === "classes"
  return twoDomains || trials.some(({ result }) => result?.artifacts.answers !== undefined)
}

const nameOf = (value: unknown): string => (isObject(value) ? String(value.use ?? "") : String(value ?? ""))

/** What the user calls a domain, else its dataset's name, and what distinguishes it from others of the same name. */
function domainWords({ name, spec: domain }: PlannedDomain, all: readonly JsonObject[]): string {
  if (name !== undefined) return name
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
