import { resolve } from "node:path"
import { seenBy } from "@saddlepoint/core/answer/inputs"
import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { Players } from "@saddlepoint/core/contracts/game"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { type AnswerKind, type MakingMethod, stagesOf } from "@saddlepoint/core/contracts/method"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import type { Latent } from "@saddlepoint/core/latent/interpolation"
import { randomSource } from "@saddlepoint/core/play/draw"
import { untrainedPlayers } from "@saddlepoint/core/play/trainer"
import { openEngine } from "@saddlepoint/engine/open"
import * as tf from "@saddlepoint/engine/tf"
import { restoreKept, UnfitWeights } from "../trial/keptWeights.ts"
import { answered, type Images } from "./answered.ts"
import { type JudgeFeatures, judgeFeatures } from "./judgeFeatures.ts"
import { knownPlugins } from "./knownPlugins.ts"
import { givenLatents, type LatentDraw, latentDraw } from "./latentDraw.ts"
import { openMethod } from "./openMethod.ts"
import { type TrainedRecord, trainedRecord } from "./trainedRecord.ts"

export interface OpenTrainedOptions {
  /** Plug-ins of the definition that are not Saddlepoint's own, or their constructors, as their files export them. */
  readonly plugins?: Iterable<unknown>
  /**
   * Options of the dataset that say where its files lie, which a run store does not keep: `{ folder: "my-pairs" }`. Needed of trials of
   * earlier versions, and of methods that read examples to answer.
   */
  readonly data?: JsonObject
  /** Where tensors run; `cpu` where left out. */
  readonly device?: string
}

/** The players of a trial as its training left them. */
export interface Trained {
  readonly experiment: string
  readonly trial: string
  readonly arm: string
  readonly seed: number
  readonly answers: AnswerKind
  readonly players: Players
  /** What it learnt from; its data are opened when an example is read, and must then be those. */
  readonly dataset: OpenDataset
  /** What `translate` takes, `[height, width, channels]`, as the trial's data had it; absent of methods that sample. */
  readonly takes?: readonly number[]
  /** Number of classes of which `sample` is told one for each image; absent where it is told none. */
  readonly classes?: number
  /**
   * Images of nothing in particular, of methods that answer with samples.
   * @param labels of methods that are told classes: one for each image
   */
  sample(
    count: number,
    how?: { readonly seed?: number; readonly labels?: readonly number[] },
  ): Promise<Images>
  /** Numbers of the latent vector that each sample comes from, of methods that answer with samples and draw one from N(0, I). */
  latentSize(): Promise<number>
  /**
   * The images of latent vectors, of methods that have a `latentSize`.
   * @param labels of methods that are told classes: one for each vector
   * @param seed of all else that is drawn
   */
  fromLatents(
    latents: readonly Latent[],
    how?: { readonly seed?: number; readonly labels?: readonly number[] },
  ): Promise<Images>
  /** Points `[count, size]`, of methods that answer with points. */
  points(
    count: number,
    how?: { readonly seed?: number },
  ): Promise<{ readonly values: Float32Array; readonly shape: readonly [number, number] }>
  /** Images for images, of methods that translate: of the size and the channels that they learned. */
  translate(images: Pick<Images, "values" | "shape">, how?: { readonly seed?: number }): Promise<Images>
  /** What a judge of its metrics sees in images, to be disposed of; undefined where none gives features. */
  features(): Promise<JudgeFeatures | undefined>
  /** Frees players and engine. */
  dispose(): void
}

/**
 * Opens what a finished trial trained, by the weights that its result keeps, which are compared with its digest.
 * @param store folder of the run store
 * @param id of the trial, or its first digits
 * @throws Error in one sentence where the trial is not there, or what it is made of is not
 */
export async function openTrained(
  store: string,
  id: string,
  { plugins = [], data = {}, device = "cpu" }: OpenTrainedOptions = {},
): Promise<Trained> {
  const record = trainedRecord(resolve(store), id)
  const { manifest, published, experiment } = record
  const { trial, arm, seed, steps } = manifest
  const known = await knownPlugins(plugins)
  requirePlugins(record, known)
  if (manifest.answers === "classes") throw classifies(record)
  const { method, dataset } = await openMethod(record, known, data)
  if (method.answers === "classes") throw classifies(record)
  const { input, label } = dataset.splits.train.fields
  const engine = await openEngine({ device, threads: 1 })
  const players = untrainedPlayers(stagesOf(method, dataset), seed, steps)
  const dispose = () => {
    for (const player of Object.values(players)) player.dispose()
    engine.dispose()
  }
  try {
    restoreKept(players, published)
  } catch (error) {
    dispose()
    if (!(error instanceof UnfitWeights)) throw error
    throw new Error(
      `Expected the weights of the trial ${trial} at ${error.path}, as its training left them, but ${error.message}; run it again.`,
    )
  }
  const answer = await method.answer(seenBy(method, dataset), players)
  const asking = (drawn: number) => ({ answer, engine, random: randomSource(drawn, "sample") })
  const conditions = (method.answers === "samples" && method.conditions) || []
  const requireSamples = () => {
    if (method.answers !== "samples")
      throw otherwise(method, "samples images of nothing", "translate(images)")
  }
  let draw: LatentDraw | undefined
  const latent = () => {
    requireSamples()
    draw ??= latentDraw(asking(0), (count) =>
      toldLabels(conditions, count, new Array(count).fill(0))(0, count),
    )
    return draw
  }
  return {
    experiment,
    trial,
    arm,
    seed,
    answers: method.answers,
    players,
    dataset,
    ...(isSampling(method) || input === undefined ? {} : { takes: input.shape }),
    ...(isToldClasses(method) && label?.classes !== undefined ? { classes: label.classes } : {}),
    async sample(count, { seed: drawn = 0, labels } = {}) {
      requireSamples()
      const told = toldLabels(conditions, count, labels)
      return (await answered(asking(drawn), count, told)) as Images
    },
    latentSize: async () => latent().size,
    async fromLatents(latents, { seed: drawn = 0, labels } = {}) {
      const random = givenLatents(latents, latent(), asking(drawn).random)
      const told = toldLabels(conditions, latents.length, labels)
      return (await answered({ answer, engine, random }, latents.length, told)) as Images
    },
    async points(count, { seed: drawn = 0 } = {}) {
      if (method.answers !== "points") throw otherwise(method, "samples points", "sample or translate")
      const told = toldLabels(method.conditions ?? [], count, undefined)
      const { values, shape } = await answered(asking(drawn), count, told)
      return { values, shape: [shape[0]!, shape[1]!] }
    },
    async translate({ values, shape }, { seed: drawn = 0 } = {}) {
      if (isSampling(method)) throw otherwise(method, "translates images", "sample(count)")
      const one = shape.slice(1).reduce((size, side) => size * side, 1)
      const images = await answered(asking(drawn), shape[0], (start, count) => ({
        input: tf.tensor(values.subarray(start * one, (start + count) * one), [count, ...shape.slice(1)]),
      }))
      return images as Images
    },
    features: () => judgeFeatures(record, { store: resolve(store), plugins: known, dataset, engine }),
    dispose,
  }
}

function classifies({ manifest: { trial, arm } }: TrainedRecord): RangeError {
  return new RangeError(
    `Expected a trial that makes images, but ${trial} (${arm}) answers with classes; choose another.`,
  )
}

const isSampling = ({ answers }: MakingMethod) => answers === "samples" || answers === "points"

function isToldClasses(method: MakingMethod): boolean {
  return method.answers === "samples" && method.conditions?.includes("label") === true
}

function otherwise({ answers }: MakingMethod, what: string, ask: string): TypeError {
  return new TypeError(`Expected a trial that ${what}, but it answers with ${answers}; call ${ask}.`)
}

function toldLabels(conditions: readonly string[], count: number, labels: readonly number[] | undefined) {
  const unknown = conditions.find((name) => name !== "label")
  if (unknown !== undefined) {
    throw new TypeError(
      `Expected samples of nothing or of classes, but these are told ${unknown}; apply the players themselves.`,
    )
  }
  if (conditions.length === 0) return () => ({})
  if (labels?.length !== count) {
    throw new RangeError(
      `Expected ${count} labels, one for each sample, but got ${labels?.length ?? "none"}; give labels.`,
    )
  }
  return (start: number, some: number) => ({ label: tf.tensor1d(labels.slice(start, start + some), "int32") })
}

/** Other plug-ins, or other versions of them, would build other players. */
function requirePlugins({ versions, published }: TrainedRecord, known: PluginMap): void {
  const { trial } = published.result
  for (const [name, version] of Object.entries(versions)) {
    const plugin = known.get(name)
    if (plugin === undefined) {
      throw new RangeError(
        `Expected the plug-ins of the trial ${trial}, but ${name} is none of Saddlepoint's own; give it: openTrained(store, trial, { plugins: [${name.split("/")[1]}] }).`,
      )
    }
    if (plugin.version === version) continue
    throw new RangeError(
      `Expected ${name} in version ${version}, with which the trial ${trial} was trained, but it is in version ${plugin.version}; train it again.`,
    )
  }
}
