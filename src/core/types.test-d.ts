/** What the compiler must accept and refuse in definitions. `tsc --build` checks this file; nothing runs it. */
import { axis, type Sweepable } from "./contracts/axis.ts"
import type { MethodFacts } from "./contracts/method.ts"
import type { Use } from "./contracts/plugin.ts"
import { baseline, challenger, experiment, relative } from "./declare/experiment.ts"
import type { Plan, SearchPlan } from "./declare/trial.ts"
import { adversarial } from "./losses/adversarial.ts"
import { l1 } from "./losses/l1.ts"
import { sourceOnly } from "./methods/adaptation/sourceOnly.ts"
import { cycleGan } from "./methods/translation/cycleGan.ts"
import { pix2pix } from "./methods/translation/pix2pix.ts"
import { patchGan } from "./models/patchGan.ts"
import { unet } from "./models/unet.ts"
import { confirm, search } from "./search/define.ts"
import { random } from "./search/random.ts"

type Pairs = { readonly input: "image"; readonly target: "image" }
declare const labelled: Use<
  "dataset",
  { readonly fields: Pairs & { readonly labels: "labelMap" }; readonly labels: true }
>
declare const unlabelled: Use<"dataset", { readonly fields: Pairs; readonly labels: false }>
declare const perhaps: Use<"dataset", { readonly fields: Pairs; readonly labels: boolean }>
declare const unpaired: Use<
  "dataset",
  { readonly fields: { readonly "A.image": "image"; readonly "B.image": "image" }; readonly labels: false }
>
declare const domains: Use<
  "dataset",
  {
    readonly fields: {
      readonly "source.image": "image"
      readonly "source.label": "class"
      readonly "target.image": "image"
    }
    readonly labels: true
  }
>
declare const digits: Use<
  "dataset",
  { readonly fields: { readonly image: "image"; readonly label: "class" }; readonly labels: true }
>
declare const scenes: Use<"dataset", { readonly fields: { readonly image: "image" }; readonly labels: false }>
declare const swapped: Use<
  "dataset",
  { readonly fields: { readonly input: "image"; readonly target: "labelMap" }; readonly labels: true }
>
declare const named: Use<"metric", { readonly needsLabels: false; readonly outputs: "fid" | "kid" }>
declare const score: Use<"metric", { readonly needsLabels: false }>
declare const distance: Use<"metric", { readonly needsLabels: false; readonly judged: "images" }>
declare const alignment: Use<"metric", { readonly needsLabels: false; readonly judged: "pairs" }>
declare const classAccuracy: Use<"metric", { readonly needsLabels: true; readonly judged: "classes" }>
declare const segmentation: Use<"metric", { readonly needsLabels: true }>

const fixed = { generator: unet(), losses: [l1(100)] }
const rest = { name: "types", question: "What holds?", seeds: 3, budget: { steps: 10 } }

// The fields that a method requires, of a dataset that may have more.
pix2pix({ ...fixed, data: labelled })
pix2pix({ ...fixed, data: unlabelled })
pix2pix({ ...fixed, data: axis({ one: labelled, two: unlabelled }) })
// @ts-expect-error a method of pairs on data without pairs
pix2pix({ ...fixed, data: unpaired })
// @ts-expect-error data without pairs as a point of an axis
pix2pix({ ...fixed, data: axis({ one: labelled, two: unpaired }) })
// @ts-expect-error a field of the name that is required, but of another kind
pix2pix({ ...fixed, data: swapped })
cycleGan({ generator: unet(), discriminator: patchGan(), data: unpaired })
// @ts-expect-error pairs where two domains are required
cycleGan({ generator: unet(), discriminator: patchGan(), data: labelled })
sourceOnly({ data: domains })
// @ts-expect-error one domain where two are required
sourceOnly({ data: digits })
// A method on images takes labelled images.
sampled({ data: digits })
sampled({ data: scenes })
// @ts-expect-error pairs where images are required
sampled({ data: labelled })
declare function sampled<Labels extends boolean>(spec: {
  readonly data: Sweepable<
    Use<"dataset", { readonly fields: { readonly image: "image" }; readonly labels: Labels }>
  >
}): Use<"method", MethodFacts<Labels, "samples">>

// An opponent and the loss that needs one.
pix2pix({ ...fixed, data: labelled, discriminator: patchGan(), losses: [adversarial("bce"), l1(100)] })
// @ts-expect-error an adversarial loss without a discriminator
pix2pix({ ...fixed, data: labelled, losses: [adversarial("bce"), l1(100)] })
// @ts-expect-error an adversarial loss without a discriminator, as a point of an axis
pix2pix({ ...fixed, data: labelled, losses: [axis({ fixed: l1(), learned: adversarial() })] })
// @ts-expect-error a generator in the place of the discriminator
pix2pix({ ...fixed, data: labelled, discriminator: unet(), losses: [adversarial("bce")] })
// @ts-expect-error a discriminator in the place of the generator
pix2pix({ data: labelled, generator: patchGan(), losses: [l1()] })

// Conditional or not, chosen or varied.
const opposed = { ...fixed, data: labelled, losses: [adversarial("bce")] }
const conditional: Use<"model", { readonly conditional: true }> = patchGan({ conditional: true })
const unconditional: Use<"model", { readonly conditional: false }> = patchGan({ conditional: false })
pix2pix({ ...opposed, discriminator: conditionalOf(patchGan()) })
pix2pix({ ...opposed, discriminator: axis({ with: patchGan(), without: patchGan({ conditional: false }) }) })
// @ts-expect-error an unconditional discriminator where a conditional one is asked for
conditionalOf(patchGan({ conditional: false }))
// @ts-expect-error one of the points of the axis is unconditional
conditionalOf(axis({ with: patchGan(), without: patchGan({ conditional: false }) }))
function conditionalOf<
  T extends Use<"model", { readonly part: "discriminator"; readonly conditional: true }>,
>(model: T): T {
  return model
}

// Options take values of their own type, or axes of them.
patchGan({ receptiveField: axis(1, 16, 70) })
// @ts-expect-error a word on an axis of numbers
patchGan({ receptiveField: axis(1, "16") })
// @ts-expect-error an option that the model does not have
unet({ widht: 16 })
// @ts-expect-error an objective that does not exist
adversarial("wgan")

// Labels or none.
const withLabels = baseline(pix2pix({ ...fixed, data: labelled }))
const withoutLabels = challenger(pix2pix({ ...fixed, data: unlabelled }))
const mixed = challenger(pix2pix({ ...fixed, data: axis({ with: labelled, without: unlabelled }) }))
const unknown = challenger(pix2pix({ ...fixed, data: perhaps }))
const compare = { metric: "fid", against: ["l1"] } as const

experiment({ ...rest, arms: { l1: withLabels }, metrics: [score, segmentation], compare })
const both = { l1: withLabels, other: withoutLabels }
// @ts-expect-error a metric that needs labels, and an arm whose data have none
experiment({ ...rest, arms: both, metrics: [score, segmentation], compare })
experiment({ ...rest, arms: both, metrics: [score], compare })
// @ts-expect-error the data have no labels at one point of an axis
experiment({ ...rest, arms: { l1: withLabels, other: mixed }, metrics: [segmentation], compare })
// @ts-expect-error nobody knows whether the data have labels
experiment({ ...rest, arms: { l1: withLabels, other: unknown }, metrics: [segmentation], compare })
// @ts-expect-error a dataset is no metric
experiment({ ...rest, arms: { l1: withLabels }, metrics: [labelled], compare })

// What methods answer with, and what metrics judge.
const classified = baseline(sourceOnly({ data: domains }))
const translated = baseline(cycleGan({ generator: unet(), discriminator: patchGan(), data: unpaired }))
const generated = baseline(sampled({ data: digits }))
experiment({ ...rest, arms: { l1: classified }, metrics: [classAccuracy, score], compare })
experiment({ ...rest, arms: { l1: withLabels }, metrics: [distance, alignment, score], compare })
experiment({ ...rest, arms: { l1: translated }, metrics: [distance, score], compare })
experiment({ ...rest, arms: { l1: generated }, metrics: [distance, segmentation, score], compare })
experiment({ ...rest, arms: { l1: generated, other: withLabels }, metrics: [distance], compare })
// @ts-expect-error a metric of images, and an arm that answers with classes
experiment({ ...rest, arms: { l1: classified }, metrics: [distance], compare })
// @ts-expect-error a metric of pairs, and an arm that answers with classes
experiment({ ...rest, arms: { l1: classified }, metrics: [alignment], compare })
// @ts-expect-error a metric of pairs, and translations of which nobody knows what they should be
experiment({ ...rest, arms: { l1: translated }, metrics: [alignment], compare })
// @ts-expect-error a metric of pairs, and samples of nothing in particular
experiment({ ...rest, arms: { l1: generated }, metrics: [alignment], compare })
// @ts-expect-error a metric of pairs, and one of two arms that answers with samples
experiment({ ...rest, arms: { l1: withLabels, other: generated }, metrics: [alignment], compare })
// @ts-expect-error a metric of classes, and one of two arms that answers with images
experiment({ ...rest, arms: { l1: classified, other: withLabels }, metrics: [classAccuracy], compare })
// @ts-expect-error a metric of classes, and an arm that answers with samples
experiment({ ...rest, arms: { l1: generated }, metrics: [classAccuracy], compare })
const tried = { ...rest, arms: { l1: generated }, select: "fid", sampler: random({ trials: 2 }) }
search({ ...tried, metrics: [distance] })
// @ts-expect-error a search that chooses by what no metric gives
search({ ...tried, metrics: [named], select: "fdi" })
// @ts-expect-error a metric of pairs in a search of samples
search({ ...tried, metrics: [alignment] })

// Comparisons name arms that there are.
const two = { ...rest, metrics: [score], arms: { l1: withLabels, gan: withoutLabels } }
experiment({ ...two, compare: { metric: "fid", challenger: "gan", against: ["l1"], margin: relative(0.1) } })
experiment({ ...two, compare: { metric: "fid", challenger: ["gan/x=1", "gan/x=2"], against: ["l1"] } })
experiment({ ...two, compare: [{ metric: "fid", against: ["l1"], alpha: 0.01 }] })
// @ts-expect-error no arm of that name to compare against
experiment({ ...two, compare: { metric: "fid", against: ["l2"] } })
// @ts-expect-error no challenger of that name
experiment({ ...two, compare: { metric: "fid", challenger: "wgan", against: ["l1"] } })
// @ts-expect-error no arm of that name has points
experiment({ ...two, compare: [{ metric: "fid", challenger: "wgan/x=1", against: ["l1"] }] })
// @ts-expect-error no metric gives that
experiment({ ...two, metrics: [named], compare: { metric: "fdi", against: ["l1"] } })
experiment({ ...two, metrics: [named], compare: { metric: "fid", against: ["l1"] } })
// Of metrics of which one does not tell what it gives, any name may be right.
experiment({ ...two, metrics: [named, score], compare: { metric: "fdi", against: ["l1"] } })
// @ts-expect-error a key that experiments do not have
experiment({ ...two, compare, seedz: 5 })
// @ts-expect-error an arm is what baseline, challenger and bound give
experiment({ ...two, arms: { l1: pix2pix({ ...fixed, data: labelled }) }, compare })

export const kept = [conditional, unconditional]

// A search has no comparisons, and verdicts take no plan of one.
const arms = {
  a: baseline(pix2pix({ ...fixed, data: labelled })),
  b: challenger(pix2pix({ ...fixed, data: labelled })),
}
const searched = search({ ...rest, arms, metrics: [score], select: "score", sampler: random({ trials: 2 }) })
// @ts-expect-error comparisons in a search
search({ ...rest, arms, metrics: [score], select: "score", sampler: random({ trials: 2 }), compare: [] })
confirm({ of: searched, name: "c", question: "?", seeds: [1], compare: { metric: "score", against: ["a"] } })
// @ts-expect-error an arm that the search does not have
confirm({ of: searched, name: "c", question: "?", seeds: [1], compare: { metric: "score", against: ["x"] } })
declare const ofSearch: SearchPlan
// @ts-expect-error the plan of a search where verdicts are drawn
export const judged: Plan = ofSearch
