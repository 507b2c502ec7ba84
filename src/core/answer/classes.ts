import type { OpenDataset } from "../contracts/dataset.ts"
import { type ClassesMethod, domainsOf } from "../contracts/method.ts"
import { type Answering, evaluationBatch } from "./answering.ts"
import { answersTo, imagesOf } from "./playSplit.ts"
import { lookAgain } from "./secondLook.ts"
import { selectCandidate } from "./selectCandidate.ts"

const domainsIn = ({ splits, sourceTest }: OpenDataset) => ({ target: splits.test, source: sourceTest! })

/** Classes of the target's test images, then of the source's; the method is given images alone. */
export const classes: Answering<ClassesMethod> = {
  choose: (method, players, { dataset, engine }) => selectCandidate(method, players, dataset, engine),
  batches: (_method, dataset) =>
    Object.values(domainsIn(dataset)).reduce((sum, { size }) => sum + Math.ceil(size / evaluationBatch), 0),
  async play(method, players, { dataset, ...world }, visit) {
    const answer = await method.answer(domainsOf(dataset), players)
    const domains = domainsIn(dataset)
    let batches = 0
    for (const domain of ["target", "source"] as const) {
      const play = { ...world, split: domains[domain], batch: evaluationBatch, shown: imagesOf }
      const answers = await answersTo(play, answer, async (batch, output) => {
        const judged = { ...batch, domain, image: batch.image!, output }
        await visit(judged, { ...batch, [domain]: batch.image!, output }, batches++)
      })
      await lookAgain(play, answer, answers)
    }
  },
  controls: [],
}
