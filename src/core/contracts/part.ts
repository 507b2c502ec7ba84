import type { Field } from "./field.ts"

export type Part = "generator" | "discriminator" | "classifier"

/**
 * Names of what players give: `image` (in [-1, 1]), `point`, `scores` (logits of a discriminator, `[..., 1]`), `classLogits`, `features` or one of
 * several `features.<layer>`, and `mean` and `logVariance` of a distribution.
 */
export type OutputName =
  | "image"
  | "point"
  | "scores"
  | "classLogits"
  | "features"
  | `features.${string}`
  | "mean"
  | "logVariance"

/** Shapes of what a player gives, by name, without the batch axis. */
export type GivenShapes = Readonly<Partial<Record<OutputName, readonly number[]>>>

const given: Readonly<Record<Part, OutputName>> = {
  generator: "image",
  discriminator: "scores",
  classifier: "features",
}

/** What a part must give to play its place: a generator makes points where its fields ask for them. */
export function givenBy(
  part: Part,
  outputs: Readonly<Partial<Record<OutputName, Field>>> | undefined,
): OutputName {
  return part === "generator" && outputs?.point !== undefined ? "point" : given[part]
}

/** Why a part does not play its place, by what it gives; none where it does. */
export function refusalsOfGiven(
  part: Part,
  shapes: GivenShapes,
  outputs: Readonly<Partial<Record<OutputName, Field>>> = {},
): readonly string[] {
  const name = givenBy(part, outputs)
  const shape = shapes[name]
  if (shape === undefined) {
    const others = Object.keys(shapes).join(", ") || "nothing"
    return [`Expected a ${part} that gives ${name}, but got one that gives ${others}; choose another model.`]
  }
  const refuse = (wanted: string) => [
    `Expected a ${part} that gives ${name} ${wanted}, but got one that gives [${shape.join(", ")}]; change its options (channels, sizes) or choose another model.`,
  ]
  const wanted = outputs[name]?.shape
  if (wanted !== undefined) return wanted.join() === shape.join() ? [] : refuse(`[${wanted.join(", ")}]`)
  if (part === "discriminator" && shape.at(-1) !== 1) return refuse("[..., 1]")
  if (part === "classifier" && shape.length !== 1) return refuse("[size]")
  return []
}
