import type { Tensor } from "@saddlepoint/engine/tf"
import type { Answers } from "../../contracts/answers.ts"

/** Keeps the classes of every judged batch. */
export function openAnswers(classes: readonly string[]) {
  const domain = () => ({ labels: [] as number[], answers: [] as number[] })
  const kept = { classes, target: domain(), source: domain() }
  return {
    /** @param batch with `output` (logits), `label` where it is known, and `target` or `source` by `domain` */
    async add(batch: Readonly<Record<string, Tensor>>): Promise<void> {
      const { output, label, source } = batch
      const [count, width] = output!.shape as [number, number]
      const logits = await output!.data()
      const known = label === undefined ? undefined : await label.data()
      const { labels, answers } = source === undefined ? kept.target : kept.source
      for (let row = 0; row < count; row++) {
        let best = 0
        for (let at = 1; at < width; at++) {
          if (logits[row * width + at]! > logits[row * width + best]!) best = at
        }
        answers.push(best)
        labels.push(known?.[row] ?? -1)
      }
    },
    /** As JSON, see `Answers`. */
    written: (): Buffer => Buffer.from(JSON.stringify(kept satisfies Answers)),
  }
}
