import { addRows, type FeatureRows, noRows, rowsAt } from "../../maths/features/featureRows.ts"
import {
  type InceptionScore,
  type InceptionScoreConvention,
  inceptionScore,
} from "../../maths/features/inceptionScore.ts"
import { type GoldenCase, type GoldenCheck, relative } from "../goldenFolder.ts"

/** For closed forms, which state no tolerance of their own. */
const closedFormTolerance = 1e-9

/** The inception score in three conventions of splitting and spread, shuffled by a stored order, and in closed form. */
export const isc: GoldenCheck = async (folder) => {
  const { cases } = await folder.topic("isc")
  const results: GoldenCase[] = []
  for (const { id, inputs, expected, rel_tol = closedFormTolerance } of cases) {
    const { values, shape } = await folder.array(inputs.logits)
    const logits = addRows(noRows(shape[1]!), Float64Array.from(values))
    const order = inputs.perm === undefined ? [] : Array.from((await folder.array(inputs.perm)).values)
    const shuffled = addRows(noRows(shape[1]!), rowsAt(logits, order))
    const add = (name: string, got: number, wanted: number | string | undefined) => {
      if (wanted !== undefined) results.push(relative(`isc/${id}/${name}`, got, wanted, rel_tol))
    }
    for (const [key, wanted] of Object.entries<Record<string, never>>(expected)) {
      const [, count, rest] = /^splits_(\d+)(.*)$/.exec(key) ?? []
      if (count === undefined) continue
      const splits = Number(count)
      const score = (convention: InceptionScoreConvention, rows: FeatureRows): InceptionScore =>
        inceptionScore(rows, { convention, splits })
      if (rest === "_mean") add(key, score("torch-fidelity", logits).mean, wanted as never)
      else if (rest === "_shuffled_by_perm") {
        const { mean, deviation } = score("torch-fidelity", shuffled)
        add(`${key}/mean`, mean, wanted.mean)
        add(`${key}/deviation`, deviation, wanted.std_ddof0)
      } else {
        const fidelity = score("torch-fidelity", logits)
        add(`${key}/torch-fidelity/mean`, fidelity.mean, wanted["torch-fidelity(no shuffle) mean"])
        add(`${key}/torch-fidelity/deviation`, fidelity.deviation, wanted["torch-fidelity std (ddof 0)"])
        const studio = score("studiogan", logits)
        add(`${key}/studiogan/mean`, studio.mean, wanted["StudioGAN mean"])
        add(`${key}/studiogan/deviation`, studio.deviation, wanted["StudioGAN std (ddof 1)"])
        const chunked = score("torchmetrics", logits)
        const peer = wanted["torchmetrics (no permutation, torch.chunk split) float64"] as
          | Record<string, never>
          | undefined
        add(`${key}/torchmetrics/mean`, chunked.mean, peer?.mean)
        add(`${key}/torchmetrics/deviation`, chunked.deviation, peer?.std_ddof1)
        add(`${key}/torchmetrics/splits`, chunked.perSplit.length, peer?.n_chunks)
      }
    }
  }
  return results
}
