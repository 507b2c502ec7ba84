import type { JsonObject } from "../contracts/json.ts"
import { pluginOf } from "./decode/resolve.ts"
import type { PluginMap } from "./definition.ts"
import type { PlannedArm } from "./trial.ts"

/**
 * Gives the domains of arms the names of the folders in which they lie, which are the user's: of several folders the part of the path in which
 * they differ, as in `amazon` of `office/amazon/images`. A domain without a folder of its own has none.
 */
export function withDomainNames(arms: readonly PlannedArm[], plugins: PluginMap): readonly PlannedArm[] {
  const domains = arms.flatMap(({ domains: two }) => (two === undefined ? [] : [two.source, two.target]))
  const places = new Map(domains.map(({ digest, spec }) => [digest, placeOf(spec, plugins)]))
  const named = namesOfPlaces([...places.values()].filter((place) => place !== undefined))
  const nameOf = (digest: string) => named.get(places.get(digest) ?? "")
  // One folder read in two ways is told by its options.
  const isOwn = (digest: string) =>
    [...places.keys()].every((other) => other === digest || nameOf(other) !== nameOf(digest))
  const withName = <Domain extends { readonly digest: string }>(domain: Domain): Domain => {
    const name = isOwn(domain.digest) ? nameOf(domain.digest) : undefined
    return name === undefined ? domain : { ...domain, name }
  }
  return arms.map((arm) =>
    arm.domains === undefined
      ? arm
      : { ...arm, domains: { source: withName(arm.domains.source), target: withName(arm.domains.target) } },
  )
}

/** Where a dataset's files lie, as the definition says. */
function placeOf(spec: JsonObject, plugins: PluginMap): string | undefined {
  const { locates = [] } = pluginOf("dataset", spec, plugins)
  const place = locates.map((option) => spec[option]).find((value) => value !== undefined)
  return typeof place === "string" ? place : undefined
}

/**
 * Names by path: without the end that all paths share the last one, or, where that is not one's own and the path is relative, all that
 * follows the beginning that all share. Of an absolute path no more than one name is told, as it may name people.
 */
export function namesOfPlaces(places: readonly string[]): ReadonlyMap<string, string> {
  const segments = new Map(
    places.map((place) => [place, place.split(/[\\/]/).filter((part) => part !== "" && part !== ".")]),
  )
  const all = [...segments.values()]
  const shortest = Math.min(...all.map(({ length }) => length))
  const shared = (at: (parts: readonly string[], count: number) => string | undefined) => {
    let count = 0
    while (
      segments.size > 1 &&
      count < shortest &&
      all.every((parts) => at(parts, count) === at(all[0]!, count))
    )
      count++
    return count
  }
  const start = shared((parts, count) => parts[count])
  const end = shared((parts, count) => parts.at(-1 - count))
  const own = new Map(
    [...segments].map(([place, parts]) => [
      place,
      parts.slice(Math.min(start, parts.length - 1), parts.length - end),
    ]),
  )
  const lastOf = (place: string) => own.get(place)!.at(-1) ?? segments.get(place)!.at(-1) ?? place
  const lasts = [...own.keys()].map(lastOf)
  return new Map(
    [...own].map(([place, parts]) => {
      const last = lastOf(place)
      const alone = lasts.filter((other) => other === last).length === 1
      return [place, alone || isAbsolute(place) || parts.length === 0 ? last : parts.join("/")]
    }),
  )
}

const isAbsolute = (place: string): boolean => /^([\\/]|[A-Za-z]:)/.test(place)
