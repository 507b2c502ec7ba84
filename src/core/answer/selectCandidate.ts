import type { Engine } from "@saddlepoint/engine/engine"
import type { OpenDataset, Split } from "../contracts/dataset.ts"
import type { Players } from "../contracts/game.ts"
import { type ClassesMethod, domainsOf, type ModelSelection, oracleRefusal } from "../contracts/method.ts"
import { randomSource } from "../play/draw.ts"
import { answersTo, imagesOf } from "./playSplit.ts"

/** Examples per batch while candidates are scored. */
const batch = 64

/**
 * The players to judge: the candidate that the method's declared selection scores highest, the earliest of equals. Runs on
 * the judge's side, because an oracle needs labels that training must not see.
 *
 * @throws one sentence when an oracle is asked for and the target has no labels
 */
export async function selectCandidate(
  method: ClassesMethod,
  players: Players,
  dataset: OpenDataset,
  engine: Engine,
): Promise<Players> {
  const { selection = "last" } = method
  if (selection === "last") return players
  const candidates = method.candidates?.(players) ?? []
  if (candidates.length === 0) return players
  const { split, score } = choiceOf(selection, dataset)
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
  readonly values: Float32Array
  readonly labels: readonly number[]
  readonly classes: number
}

interface Choice {
  readonly split: Split
  score(logits: Logits): number
}

function choiceOf(selection: Exclude<ModelSelection, "last">, dataset: OpenDataset): Choice {
  const { source, target } = domainsOf(dataset)
  if (selection === "sourceValidation") return { split: source.validation, score: accuracyOf }
  if (selection !== "targetOracle") {
    return { split: target.validation, score: ({ values, classes }) => selection.score(values, classes) }
  }
  const labelled = dataset.targetValidation
  if (labelled?.fields.label === undefined) {
    throw new Error(oracleRefusal)
  }
  return { split: labelled, score: accuracyOf }
}

async function logitsOf(
  method: ClassesMethod,
  players: Players,
  dataset: OpenDataset,
  split: Split,
  engine: Engine,
): Promise<Logits> {
  const domains = domainsOf(dataset)
  const answer = await method.answer(domains, players)
  const labels: number[] = []
  const play = { engine, split, batch, random: randomSource(0, "select"), shown: imagesOf }
  const values = await answersTo(play, answer, async ({ label }) => {
    if (label !== undefined) labels.push(...(await label.data()))
  })
  return { values, labels, classes: domains.classes.length }
}

function accuracyOf({ values, labels, classes }: Logits): number {
  const right = labels.filter((label, row) => {
    const scores = values.subarray(row * classes, (row + 1) * classes)
    let found = 0
    for (let at = 1; at < classes; at++) if (scores[at]! > scores[found]!) found = at
    return found === label
  })
  return right.length / labels.length
}
