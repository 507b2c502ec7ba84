import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import type { OpenDataset, Split } from "./dataset.ts"
import { randomSource } from "./draw.ts"
import type { Batch, Players } from "./game.ts"
import { readBatch } from "./loader.ts"
import { type AdaptationMethod, domainsOf, type ModelSelection } from "./method.ts"
import { toTensors } from "./round.ts"

/** Examples per batch while candidates are scored. */
const batch = 64

/**
 * The players to judge: the candidate that the method's declared selection scores highest, the earliest of equals. Runs on
 * the judge's side, because an oracle needs labels that training must not see.
 *
 * @throws one sentence when an oracle is asked for and the target has no labels
 */
export async function selectCandidate(
  method: AdaptationMethod,
  players: Players,
  dataset: OpenDataset,
  engine: Engine,
): Promise<Players> {
  const { selection = "last" } = method
  const candidates = selection === "last" ? [] : (method.candidates?.(players) ?? [])
  if (candidates.length === 0) return players
  const { split, score } = scorerOf(selection, dataset)
  let best = players
  let highest = Number.NEGATIVE_INFINITY
  for (const candidate of candidates) {
    const value = await score(await logitsOf(method, candidate, dataset, split, engine))
    if (value > highest) {
      best = candidate
      highest = value
    }
  }
  return best
}

interface Logits {
  /** `[examples, classes]`, row-major. */
  readonly values: readonly Float32Array[]
  readonly labels: readonly number[]
  readonly classes: number
}

interface Scorer {
  readonly split: Split
  score(logits: Logits): number
}

function scorerOf(selection: ModelSelection, dataset: OpenDataset): Scorer {
  const { source, target } = domainsOf(dataset)
  if (selection === "sourceValidation") return { split: source.validation, score: accuracyOf }
  if (selection === "informationMaximisation") return { split: target.validation, score: informationOf }
  const labelled = dataset.targetValidation
  if (labelled?.fields.label === undefined) {
    throw new Error(
      "Expected a target with labels for the selection targetOracle, but it has none; use last, sourceValidation or informationMaximisation.",
    )
  }
  return { split: labelled, score: accuracyOf }
}

async function logitsOf(
  method: AdaptationMethod,
  players: Players,
  dataset: OpenDataset,
  split: Split,
  engine: Engine,
): Promise<Logits> {
  const domains = domainsOf(dataset)
  const answer = await method.answer(domains, players)
  const turn = engine.compile((feeds) => ({ output: answer(feeds as Batch) }), {
    random: randomSource(0, "select"),
    schedule: () => 0,
  })
  const values: Float32Array[] = []
  const labels: number[] = []
  try {
    for (let start = 0; start < split.size; start += batch) {
      const indices = Array.from({ length: Math.min(batch, split.size - start) }, (_, i) => start + i)
      const read = await readBatch(split, indices)
      if (read.label !== undefined) labels.push(...read.label.values)
      const { image } = toTensors({ image: read.image! })
      const { output } = turn.play({ image: image! }, start / batch)
      values.push(Float32Array.from(await output!.data()))
      tf.dispose([image!, output!])
    }
  } finally {
    turn.dispose()
  }
  return { values, labels, classes: domains.classes.length }
}

function* rowsOf({ values, classes }: Logits): Generator<Float32Array> {
  for (const block of values) {
    for (let start = 0; start < block.length; start += classes) yield block.subarray(start, start + classes)
  }
}

function accuracyOf(logits: Logits): number {
  let right = 0
  let row = 0
  for (const scores of rowsOf(logits)) {
    let found = 0
    for (let at = 1; at < scores.length; at++) if (scores[at]! > scores[found]!) found = at
    if (found === logits.labels[row++]) right++
  }
  return right / row
}

/** Entropy of the mean answer minus the mean entropy of answers, in nats (Shi and Sha 2012, equation 3). */
function informationOf(logits: Logits): number {
  const total = new Float64Array(logits.classes)
  let entropies = 0
  let rows = 0
  for (const scores of rowsOf(logits)) {
    const largest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const shares = Float64Array.from(scores, (score) => Math.exp(score - largest))
    const sum = shares.reduce((a, b) => a + b, 0)
    shares.forEach((share, at) => {
      total[at]! += share / sum
    })
    entropies += entropyOf(shares.map((share) => share / sum))
    rows++
  }
  return entropyOf(total.map((share) => share / rows)) - entropies / rows
}

function entropyOf(shares: Float64Array): number {
  return shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0)
}
