import { isObject } from "@saddlepoint/core/contracts/json"
import { canonical } from "@saddlepoint/core/declare/canonical"
import type { Plan } from "@saddlepoint/core/declare/trial"
import type { Change } from "../../contracts/registration.ts"

/**
 * What changed between two plans that is in no definition, in order of path: the content of datasets that both use, and versions of
 * plug-ins, `data.usps: 6605bb02386a -> ...` and `plugins.method/dann: 1 -> 2`. Each makes other trials of the same definition.
 */
export function foundationChanges(before: Plan, after: Plan): Change[] {
  const [from, to] = [foundation(before), foundation(after)]
  return [...from]
    .flatMap(([key, { path, value }]) => {
      const now = to.get(key)
      return now === undefined || now.value === value ? [] : [{ path, before: value, after: now.value }]
    })
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

interface Fact {
  readonly path: string
  readonly value: string | number
}

/** Digests of datasets by their specs, in the order of arms, and versions of plug-ins by name. */
function foundation({ trials }: Plan): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>()
  const seen = new Set<string>()
  for (const { arm, preimage } of trials) {
    if (seen.has(arm)) continue
    seen.add(arm)
    const data = isObject(preimage.spec) && isObject(preimage.spec.data) ? preimage.spec.data : undefined
    if (data !== undefined && typeof preimage.data === "string") {
      const digest = preimage.data.slice(0, 12)
      const known = facts.get(canonical(data))?.value
      // Folders are in no preimage, so that two of them may have one spec.
      const digests = new Set([...(known === undefined ? [] : String(known).split(", ")), digest])
      facts.set(canonical(data), { path: `data.${String(data.use)}`, value: [...digests].join(", ") })
    }
    for (const [name, version] of Object.entries(isObject(preimage.plugins) ? preimage.plugins : {})) {
      facts.set(name, { path: `plugins.${name}`, value: Number(version) })
    }
  }
  return facts
}
