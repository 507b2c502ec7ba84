import type { FieldKinds } from "../contracts/field.ts"
import { refusalsOf } from "../contracts/method.ts"
import { InvalidDefinition } from "../contracts/mistake.ts"
import { type Kind, type Plugin, use } from "../contracts/plugin.ts"
import { build } from "../declare/decode/resolve.ts"
import { adversarial } from "../losses/adversarial.ts"
import { l1 } from "../losses/l1.ts"
import { dcganDiscriminator } from "../models/dcganDiscriminator.ts"
import { dcganGenerator } from "../models/dcganGenerator.ts"
import { patchGan } from "../models/patchGan.ts"
import { unet } from "../models/unet.ts"
import { datasetLaws } from "./datasets/datasetLaws.ts"
import { declared } from "./declared.ts"
import { exampleData, exampleDataPlugin } from "./exampleData.ts"
import { type MethodSubject, methodLaws } from "./methods/methodLaws.ts"
import { metricLaws } from "./metrics/metricLaws.ts"
import { fieldsFor, modelLaws } from "./models/modelLaws.ts"
import { of, type Subject } from "./subject.ts"
import { type ChosenOptions, chosenOf, nameOf, type PluginTarget, targetsIn } from "./targets.ts"

/** Kinds of plug-ins whose laws are not those of losses and strategies. */
export const partKinds = ["dataset", "model", "metric", "method"] as const
export type PartKind = (typeof partKinds)[number]

/** The plug-ins of a kind that a module exports, chosen or not. */
export function partsIn<K extends PartKind>(
  kind: K,
  exported: Readonly<Record<string, unknown>>,
): readonly PluginTarget<K>[] {
  return targetsIn(
    kind,
    exported,
    (_value): _value is never => false,
    (chosen) => chosen,
  )
}

/**
 * What a target stands for, with the laws of its kind: one subject for each value of an axis; of a plug-in that nobody chose options for, one for each
 * of its examples, or its defaults where it has none.
 * @throws InvalidDefinition where the options do not fit, or a method plays with none of the laws' parts
 */
export function partSubjects<K extends PartKind>(kind: K, target: PluginTarget<K>): readonly Subject[] {
  const { plugin, sets } = chosenOf(target as PluginTarget<Kind>)
  return sets.map((options) => ({ kind, name: nameOf(plugin, options), laws: lawsOf(kind, plugin, options) }))
}

function lawsOf(kind: PartKind, plugin: Plugin, options: ChosenOptions): Subject["laws"] {
  const advice = `export it with options that fit, e.g. ${plugin.name}({ ... })`
  if (kind === "method") {
    const subject = methodOn(plugin as Plugin<"method">, options, advice)
    return methodLaws.map((law) => of(law, subject))
  }
  const { spec, plugins } = declared(
    use(plugin, { ...(kind === "model" ? smallOf(plugin) : {}), ...options }),
    advice,
  )
  if (kind === "dataset") {
    const subject = { make: () => build("dataset", spec, plugins) }
    return datasetLaws.map((law) => of(law, subject))
  }
  if (kind === "model") {
    const model = build("model", spec, plugins)
    const fields = fieldsFor(model)
    return modelLaws.map((law) => of(law, fields === undefined ? { model } : { model, fields }))
  }
  const subject = { metric: build("metric", spec, plugins), version: plugin.version }
  return metricLaws.map((law) => of(law, subject))
}

/** Options that make networks small, by the names that models here have: laws do not depend on a width. */
const small = { width: 4, blocks: 3, channels: 1, convolutions: [2, 3], features: [5], hidden: [8] }

const smallOf = ({ options }: Plugin): ChosenOptions =>
  Object.fromEntries(Object.entries(small).filter(([name]) => name in options))

/** Fields of every kind, so that a method finds those that it requires; points are of a dataset that has no images. */
const images: FieldKinds = {
  ...({ image: "image", label: "class", input: "image", target: "image", labels: "labelMap" } as const),
  ...({ "A.image": "image", "B.image": "image" } as const),
}
const points: FieldKinds = { point: "point", label: "class" }
const offered = [images, points].map((fields) => ({
  data: use(exampleDataPlugin(fields)),
  open: exampleData(fields),
}))

/** What stands in the slots of a method that have no default, one after the other until it plays. */
const parts: Readonly<Record<string, readonly unknown[]>> = {
  generator: [unet({ width: 2, channels: 1, norm: "none", dropout: 0 }), dcganGenerator({ width: 2 })],
  discriminator: [
    patchGan({ receptiveField: 7, width: 2 }),
    patchGan({ receptiveField: 7, width: 2, conditional: false }),
    dcganDiscriminator({ width: 2 }),
  ],
  losses: [[l1(1)], [adversarial("bce")], [adversarial("bce"), l1(1)]],
}

/** How a method is made on the laws' data, with the first parts that it does not refuse. */
function methodOn(plugin: Plugin<"method">, options: ChosenOptions, advice: string): MethodSubject {
  const { slots = {} } = plugin
  const free = Object.entries(slots).filter(([name]) => name !== "data" && !(name in options))
  const wanted = free.filter(([, slot]) => slot.default === undefined && !slot.optional)
  const choicesOf = (slots: typeof free) =>
    slots.reduce<readonly ChosenOptions[]>(
      (some, [name]) => some.flatMap((one) => (parts[name] ?? []).map((part) => ({ ...one, [name]: part }))),
      [{}],
    )
  // Its own parts first, where it has some: they may be too large for the laws' images.
  const choices = [...choicesOf(wanted), ...choicesOf(free.filter(([name]) => name in parts))]
  const batch = "batch" in plugin.options ? { batch: 4 } : {}
  let why = `expected a method that plays with the laws' parts in the place of ${wanted.map(([name]) => name).join(", ")}, but it refuses all; ${advice}`
  for (const { data, open } of offered) {
    for (const choice of choices) {
      try {
        const { spec, plugins } = declared(use(plugin, { ...batch, ...choice, ...options, data }), advice)
        const make = () => build("method", spec, plugins)
        const method = make()
        if (method.answers === "classes") {
          why =
            "expected a method that makes images or points, but it answers with classes; check it with --kind strategy"
          continue
        }
        const [refusal] = [
          ...(method.mistakes ?? []).map(({ message }) => message),
          ...refusalsOf(method, open),
        ]
        if (refusal === undefined) return { make, dataset: open }
        why = `${refusal} (${advice})`
      } catch (error) {
        if (!(error instanceof InvalidDefinition)) throw error
        why = error.mistakes[0]?.message ?? why
      }
    }
  }
  throw new InvalidDefinition([{ path: [plugin.name], message: why }])
}
