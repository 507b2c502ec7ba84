import { createRequire } from "node:module"
import { basename, isAbsolute, relative } from "node:path"
import type { AnyPlan, Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { DeclaredFacts } from "../../contracts/declaredFacts.ts"
import type { DefinitionFacts } from "../../contracts/definitionFacts.ts"

export function describeDefinition(
  path: string,
  profile: string | undefined,
  overrides: readonly string[],
): DefinitionFacts {
  const near = relative(process.cwd(), path)
  const inside = near !== "" && !near.startsWith("..") && !isAbsolute(near)
  return {
    file: inside ? near.replaceAll("\\", "/") : `…/${basename(path)}`,
    ...(profile === undefined ? {} : { profile }),
    overrides,
  }
}

export function describeDeclaration(plan: AnyPlan): DeclaredFacts {
  const arms = new Map(plan.trials.map(({ arm, role }) => [arm, role]))
  return {
    comparisons: plan.comparisons,
    seeds: plan.seeds,
    arms: [...arms].map(([name, role]) => ({ name, role })),
  }
}

/** Where a trial's random numbers come from. */
export interface RandomnessFacts {
  readonly seed: number
  /** Name of the generator, and the library with its version. */
  readonly generator: string
  readonly library: string
  /** How the key of a stream becomes the generator's seed; streams hold no other state. */
  readonly streams: string
}

export function describeRandomness({ seed }: Pick<Trial, "seed">): RandomnessFacts {
  const here = createRequire(import.meta.url)
  const { version } = createRequire(here.resolve("@saddlepoint/engine/random"))("seedrandom/package.json")
  return {
    seed,
    generator: "Alea",
    library: `seedrandom ${version}`,
    streams: "named: each is seeded with the SHA-256 of the JSON of [seed, ...names, step]",
  }
}

/** How numbers are computed. */
export interface NumericsFacts {
  readonly dtype: "float32"
  /** `off`: set so for this process; `not used`: the device has no such mode; `unknown`: the driver decides. */
  readonly tf32: "off" | "not used" | "unknown"
  readonly mixedPrecision: false
  readonly threads: number
}

export function describeNumerics({ device, threads }: EngineIdentity): NumericsFacts {
  const off = process.env.NVIDIA_TF32_OVERRIDE === "0"
  return {
    dtype: "float32",
    tf32: device === "cpu" ? "not used" : off ? "off" : "unknown",
    mixedPrecision: false,
    threads,
  }
}

/** The attempt that this one goes on from. */
export interface ParentFacts {
  readonly attempt: number
  readonly step: number
  /** First 16 hex digits of the SHA-256 of the checkpoint's bytes. */
  readonly checkpoint: string
}

/** @param from a resumption: the earlier attempt, and its checkpoint's file, which has the digest in its name */
export function describeParent(from: {
  readonly attempt: number
  readonly step: number
  readonly file: string
}): ParentFacts {
  const { attempt, step, file } = from
  return { attempt, step, checkpoint: /\.([0-9a-f]{16})\.safetensors$/.exec(file)?.[1] ?? "" }
}
