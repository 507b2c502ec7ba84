import type { Batch } from "../contracts/game.ts"
import type { PairsMethod, PictureMethod, TranslationsMethod } from "../contracts/method.ts"
import { type Answering, evaluationBatch, type JudgedBatch } from "./answering.ts"
import { controls } from "./controls.ts"
import { inputsOf, seenBy } from "./inputs.ts"
import { playSplit } from "./playSplit.ts"

type InputMethod = PairsMethod | TranslationsMethod | PictureMethod

/** Answers to the inputs of the test split. @param judged what metrics may see of a batch, beside the output */
function answeringInputs<M extends InputMethod>(
  judged: (batch: Batch) => Omit<Batch, "output">,
  examples: (size: number) => number = (size) => size,
): Pick<Answering<M>, "batches" | "play"> {
  return {
    batches: (_method, { splits }) => Math.ceil(examples(splits.test.size) / evaluationBatch),
    async play(method, players, { dataset, ...world }, visit) {
      const answer = await method.answer(seenBy(method, dataset), players)
      const { test } = dataset.splits
      const shown = inputsOf(method)
      const play = { ...world, split: test, batch: evaluationBatch, examples: examples(test.size), shown }
      await playSplit(play, answer, async (batch, output, index) => {
        await visit({ ...judged(batch), output } as JudgedBatch, { ...batch, output }, index)
      })
    },
  }
}

/** An image for each input of the test split, of which it is known what it should be. */
export const pairs: Answering<PairsMethod> = { ...answeringInputs((batch) => batch), controls }

/**
 * An image for each input of the test split; the `target` beside it has nothing to do with it, and metrics do not see it. Controls answer with
 * these targets: images of the other domain as they are, blurred, and their mean.
 */
export const translations: Answering<TranslationsMethod> = {
  ...answeringInputs(({ target: _, ...batch }) => batch),
  controls,
}

/** One picture, of the first test example. */
export const picture: Answering<PictureMethod> = {
  ...answeringInputs(
    ({ target: _, ...batch }) => batch,
    () => 1,
  ),
  controls: [],
}
