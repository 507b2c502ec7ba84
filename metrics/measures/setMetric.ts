import { type OpenDataset, realImages } from "@saddlepoint/core/contracts/dataset"
import { isGiven, type Judge } from "@saddlepoint/core/contracts/judge"
import type {
  ImageMetric,
  Metering,
  MetricFacts,
  MetricIdentity,
  MetricOutput,
  MetricWorld,
} from "@saddlepoint/core/contracts/metric"
import type { Plugin, Use } from "@saddlepoint/core/contracts/plugin"
import { readBatch } from "@saddlepoint/core/play/loader"
import * as tf from "@saddlepoint/engine/tf"
import type * as Schema from "effect/Schema"
import { sharedRows, type Tap, tapOf } from "../judges/tap.ts"
import { addRows, type FeatureRows, noRows, rowsAt } from "../maths/features/featureRows.ts"
import { bootstrapStandardErrors, type Resampled } from "./bootstrapStandardErrors.ts"
import { requireFinite, requireShape } from "./judgedImages.ts"

/** A metric of two sets of images, by what a judge sees in them. */
export interface SetMeasure<Options> {
  /** Name of the plug-in, as the constructor's. */
  readonly plugin: string
  readonly version: number
  readonly outputs: readonly MetricOutput[]
  readonly options: Schema.Struct.Fields
  /** The slot that the judge stands in, what stands there by default, and which of its taps is read. */
  readonly slot: {
    readonly name: string
    readonly default: Use<"judge">
    readonly tap: "features" | "logits"
  }
  /** The conventions behind the numbers. */
  conventions(options: Options): MetricIdentity
  /** Fewest generated images for so many features of such a judge: a given one is the same whatever the images are. */
  least(size: number, options: Options, judge: "given" | "trained"): number
  /** What an identity says besides of a value of so many images over so many features. */
  readonly caveat?: (images: number, size: number) => MetricIdentity
  /** Whether resamplings estimate its evaluation noise; they do where left out. */
  readonly noise?: false
  /**
   * What is known of the real images, made once; left out by metrics of generated images alone, which then read no
   * reference.
   */
  readonly reference?: (real: FeatureRows, options: Options) => Reference
  /**
   * Most real images that it compares with, for measures whose work grows with the pairs: of more, so many are taken, evenly spread
   * over the training split. All where left out.
   */
  readonly mostReal?: number
  /** Values by output name of generated images alone. */
  readonly alone?: (generated: FeatureRows, options: Options) => Readonly<Record<string, number>>
}

/** Values by output name, for generated images beside the real ones. */
export interface Reference {
  (generated: FeatureRows): Readonly<Record<string, number>>
  /** Values of resamplings, each told by how often it holds every image, where they come cheaper together than one by one. */
  resampled?: Resampled
}

/** What the compiler knows of a metric of sets. */
export type SetFacts<Output extends string = string> = MetricFacts & {
  readonly needsLabels: false
  readonly judged: "images"
  readonly outputs: Output
}

/** Images per pass through the judge. */
const batch = 32
/** Of the streams that resample the generated images: part of the protocol, the same for every trial. */
const evaluationSeed = 0

/**
 * Makes the plug-in of a metric of sets. All such metrics of an evaluation share one pass through each judge. Beside each
 * value stands its evaluation noise.
 */
export function setMetric<Options extends object>(
  measure: SetMeasure<Options>,
): Plugin<"metric", ImageMetric> {
  const { name: slot } = measure.slot
  return {
    kind: "metric",
    name: measure.plugin,
    version: measure.version,
    options: measure.options,
    slots: { [slot]: { kind: "judge", default: measure.slot.default } },
    build: (options: Options & Record<string, Judge>): ImageMetric => ({
      name: measure.plugin,
      outputs: measure.outputs,
      judged: "images",
      needsLabels: false,
      judges: { [slot]: options[slot]! },
      // Of a judge of one feature: how many it has shows once it is trained.
      refuses(dataset, answers) {
        const judge = options[slot]!
        const size = isGiven(judge) ? 1 : (judge.features?.(dataset) ?? 1)
        const { split } = realImages(dataset)
        if (split.size === 0) return [noReference(measure.plugin)]
        return tooFew(measure, options, kindOf(judge), { size, images: answers })
      },
      begin: (world) => meter(measure, options, world),
    }),
  }
}

async function meter<Options extends object>(
  measure: SetMeasure<Options>,
  options: Options & Record<string, Judge>,
  world: MetricWorld,
): Promise<Metering> {
  const { plugin, slot } = measure
  const judge = world.judges[slot.name]
  if (judge === undefined) {
    throw new Error(
      `Expected the trained judge ${slot.name} for ${plugin}, but got none; train the metric's judges first.`,
    )
  }
  const from = tapOf(judge.player, slot.tap, plugin)
  const { split, field } = realImages(world.dataset)
  const shape = split.fields[field]!.shape
  const real =
    measure.reference === undefined
      ? undefined
      : spread(await realRows(world.dataset, from, plugin), measure.mostReal)
  const measured: Reference =
    real === undefined ? (rows) => measure.alone!(rows, options) : measure.reference!(real, options)
  let generated: FeatureRows | undefined
  return {
    async update(judged) {
      requireShape(judged, shape, plugin)
      const rows = await sharedRows(from, judged.output)
      requireFinite(
        rows.reduce((sum, value) => sum + value, 0),
        plugin,
      )
      generated = addRows(generated ?? noRows(rows.length / judged.output.shape[0]!), rows)
    },
    async compute() {
      const rows = generated ?? noRows(1)
      const [few] = tooFew(measure, options, kindOf(options[slot.name]!), {
        size: rows.size,
        images: rows.count,
      })
      if (few !== undefined) throw new Error(few)
      return {
        values: measured(rows),
        ...(measure.noise === false
          ? {}
          : {
              noise: bootstrapStandardErrors(measured, rows, plugin, {
                seed: evaluationSeed,
                resampled: measured.resampled,
              }),
            }),
        identity: {
          metric: plugin,
          version: measure.version,
          judge: judge.digest,
          task: options[slot.name]!.task,
          tap: from.description,
          features: rows.size,
          values: "-1..1",
          quantisation: from.quantisation,
          resize: from.resize,
          ...measure.conventions(options),
          ...measure.caveat?.(rows.count, rows.size),
          evaluationSeed,
          images: rows.count,
          ...(real === undefined
            ? {}
            : { realImages: real.count, reference: world.datasetDigest, referenceSplit: "train" }),
          dataset: world.datasetDigest,
        },
      }
    },
    dispose() {},
  }
}

/** Why so many generated images are too few for so many features; nothing where they are not. */
function tooFew<Options>(
  { plugin, least }: SetMeasure<Options>,
  options: Options,
  judge: "given" | "trained",
  { size, images }: { readonly size: number; readonly images: number },
): readonly string[] {
  const wanted = least(size, options, judge)
  if (images >= wanted) return []
  return [
    `Expected at least ${wanted} generated images for ${plugin} over ${size} features, but got ` +
      `${images}; judge more images or use fewer features.`,
  ]
}

const kindOf = (judge: Judge) => (isGiven(judge) ? "given" : "trained")

const noReference = (plugin: string): string =>
  `Expected real training images as the reference of ${plugin}, but the training split is empty.`

/** At most so many vectors of a set, evenly spread over it. */
function spread(rows: FeatureRows, most = rows.count): FeatureRows {
  if (rows.count <= most) return rows
  const places = Int32Array.from({ length: most }, (_, i) => Math.floor((i * rows.count) / most))
  return addRows(noRows(rows.size), rowsAt(rows, places))
}

const references = new WeakMap<OpenDataset, Map<Tap, Promise<FeatureRows>>>()

/** A tap's rows of all real training images, computed once for a dataset. */
function realRows(dataset: OpenDataset, from: Tap, plugin: string): Promise<FeatureRows> {
  const known = references.get(dataset) ?? new Map<Tap, Promise<FeatureRows>>()
  references.set(dataset, known)
  const rows = known.get(from) ?? readReal(dataset, from, plugin)
  known.set(from, rows)
  return rows
}

async function readReal(dataset: OpenDataset, from: Tap, plugin: string): Promise<FeatureRows> {
  const { split, field } = realImages(dataset)
  let kept: FeatureRows | undefined
  for (let start = 0; start < split.size; start += batch) {
    const indices = Array.from({ length: Math.min(batch, split.size - start) }, (_, i) => start + i)
    const { values, shape } = (await readBatch(split, indices))[field]!
    const images = tf.tensor(values, [...shape], "float32")
    try {
      const rows = await from.rows(images)
      kept = addRows(kept ?? noRows(rows.length / indices.length), rows)
    } finally {
      images.dispose()
    }
  }
  if (kept === undefined) {
    throw new Error(noReference(plugin))
  }
  return kept
}
