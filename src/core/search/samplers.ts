import * as Schema from "effect/Schema"
import { isObject, type Json, type JsonObject } from "../contracts/json.ts"
import type { Mistake } from "../contracts/mistake.ts"
import { shown } from "../declare/definition.ts"
import { decodeFields } from "../declare/schemaMistakes.ts"
import { gridKind } from "./grid.ts"
import { latinHypercubeKind } from "./latinHypercube.ts"
import { randomKind } from "./random.ts"
import type { Sampler, SamplerKind } from "./sampler.ts"
import { successiveHalvingKind } from "./successiveHalving.ts"

const kinds = [gridKind, randomKind, latinHypercubeKind, successiveHalvingKind] as readonly SamplerKind[]

/** What the sampler's kind does. */
export function kindOf({ kind }: Sampler): SamplerKind {
  return kinds.find((one) => one.kind === kind)!
}

const atLeast = (minimum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum: 10_000 }))

const fields: Readonly<Record<Sampler["kind"], Schema.Struct.Fields>> = {
  grid: {},
  random: { trials: atLeast(1) },
  latinHypercube: { trials: atLeast(1) },
  successiveHalving: { trials: atLeast(1), reduction: atLeast(2), rungs: atLeast(1) },
}

/** Reads `{ "kind": "random", "trials": 16 }`. */
export function decodeSampler(json: Json | undefined, mistakes: Mistake[]): Sampler | undefined {
  const path = ["sampler"]
  const kind = isObject(json) ? json.kind : undefined
  if (typeof kind !== "string" || !Object.hasOwn(fields, kind)) {
    const names = kinds.map((one) => `"${one.kind}"`).join(", ")
    mistakes.push({ path, message: `expected a sampler of the kind ${names} but got ${shown(json)}` })
    return undefined
  }
  const decoded = decodeFields(fields[kind as Sampler["kind"]], json as JsonObject, path, mistakes, ["kind"])
  return decoded === undefined ? undefined : ({ kind, ...decoded } as Sampler)
}

/** One rung of a search: how many configurations of an arm that has `configurations` go in, for which share of the steps. */
export interface Rung {
  readonly share: number
  entrants(configurations: number): number
}

/** The rungs of a sampler; one but for successive halving. */
export function rungsOf(sampler: Sampler): readonly Rung[] {
  if (sampler.kind !== "successiveHalving") return [{ share: 1, entrants: (all) => all }]
  const { reduction, rungs } = sampler
  return Array.from({ length: rungs }, (_, rung) => ({
    share: 1 / reduction ** (rungs - 1 - rung),
    entrants: (all: number) => Math.max(1, Math.ceil(all / reduction ** rung)),
  }))
}
