import type { MeasureName, SetMeasures } from "@saddlepoint/metrics/measures/seenSet"
import { WrongCall } from "../exit.ts"
import { countOf, type Side } from "./sides.ts"

/** The words of `--metrics`, and what each measures. */
const measureOf = {
  fid: "fid",
  kid: "kid",
  prdc: "precisionRecall",
  is: "inceptionScore",
  mifid: "mifid",
} as const satisfies Readonly<Record<string, MeasureName>>

export type MetricWord = keyof typeof measureOf

export const metricWords = Object.keys(measureOf) as readonly MetricWord[]

/** The word that asks for a measure. */
export const wordOf = (measure: MeasureName): MetricWord =>
  metricWords.find((word) => measureOf[word] === measure)!

/** How what is asked for is measured. */
export interface Conventions {
  /** 0 takes all pairs. */
  readonly subsetSize: number
  readonly seed: number
}

const neighbours = 5
const splits = 10

/** The words of `--metrics`, each once. */
export function metricsIn(text: string): readonly MetricWord[] {
  const asked = [...new Set(text.split(",").map((word) => word.trim()))]
  const unknown = asked.find((word) => !Object.hasOwn(measureOf, word))
  if (unknown === undefined) return asked as MetricWord[]
  throw new WrongCall(
    `Expected --metrics to name some of ${metricWords.join(", ")}, with commas between them, but got ${JSON.stringify(unknown)}.`,
  )
}

/** @throws where `--subset-size` is no size of a subset */
export function requireSubsetSize(size: number): void {
  if (size === 0 || size >= 2) return
  throw new WrongCall(`Expected --subset-size to be 2 or more, or 0 for all pairs, but got ${size}.`)
}

export function measuresFor(words: readonly MetricWord[], { subsetSize, seed }: Conventions): SetMeasures {
  const all: Required<SetMeasures> = {
    fid: true,
    kid: subsetSize === 0 ? "all pairs" : { subsetSize, seed },
    precisionRecall: { neighbours, inside: "<" },
    inceptionScore: { convention: "torch-fidelity", splits, seed },
    mifid: { threshold: 0.1 },
  }
  return Object.fromEntries(words.map((word) => [measureOf[word], all[measureOf[word]]]))
}

/** What is known before an image is decoded. */
export interface Known extends Conventions {
  readonly network: "inception" | "seeded"
  readonly real: Side
  readonly generated: Side
}

/** Why a metric cannot be had, in one sentence; undefined where it can. */
export function lacking(
  word: MetricWord,
  { network, subsetSize, real, generated }: Known,
): string | undefined {
  if (network === "seeded" && word === "is") {
    return "Expected a network that classifies for is, but --network seeded knows no classes; use --network inception."
  }
  if (network === "seeded" && word === "mifid") {
    return "Expected features of Inception for mifid, whose threshold is made for them, but got --network seeded; use --network inception."
  }
  const [reals, fakes] = [countOf(real), countOf(generated)]
  if (word === "is") {
    if (fakes === undefined) return onlyStatistics(word, generated)
    if (fakes >= splits) return undefined
    return `Expected at least ${splits} generated images for is, one for each split, but got ${fakes}; judge more images.`
  }
  if (word !== "fid" && reals === undefined) return onlyStatistics(word, real)
  if (word !== "fid" && fakes === undefined) return onlyStatistics(word, generated)
  const least = { fid: 2, mifid: 2, prdc: neighbours + 1, kid: subsetSize === 0 ? 2 : subsetSize }[word]
  // Statistics stand for as many images as they were taken of.
  if (Math.min(reals ?? least, fakes ?? least) >= least) return undefined
  const subsets = word === "kid" && subsetSize > 0
  const why = subsets
    ? ", a subset of --subset-size"
    : word === "prdc"
      ? `, each with ${neighbours} neighbours`
      : ""
  const counts = [
    reals === undefined ? [] : [`${reals} real`],
    fakes === undefined ? [] : [`${fakes} generated`],
  ]
  const advice = subsets ? "lower --subset-size, or give 0 for all pairs" : "judge more images"
  return `Expected at least ${least} images on each side for ${word}${why}, but got ${counts.flat().join(" and ")}; ${advice}.`
}

const onlyStatistics = (word: MetricWord, { path }: Side): string =>
  `Expected images for ${word}, but ${path} holds statistics, which give fid alone; give the folder of the images.`
