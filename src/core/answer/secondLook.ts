import { Trespass } from "../contracts/dataDoor.ts"
import { inOrder } from "../contracts/dataset.ts"
import type { Answer } from "../contracts/method.ts"
import { drawnPlaces } from "./drawnOrder.ts"
import { answersTo, type SplitPlay } from "./playSplit.ts"

/** Examples that are looked at twice, of each split. */
const looks = 256

/** Share of the largest logit that rounding may change, where a batch of another size takes another way through a product. */
const tolerance = 1e-3

/**
 * Asks again for the answers to some examples, in another drawn order, and compares them with the first: an answer about an image must not
 * depend on when it is asked for, nor on what stands beside it in the batch.
 *
 * @param first all answers to the split, in its order: `[size, width]`, row-major
 * @throws one sentence where answers differ
 */
export async function lookAgain(play: SplitPlay, answer: Answer, first: Float32Array): Promise<void> {
  const { split } = play
  const width = first.length / split.size
  const places = drawnPlaces(split, "again", String(split.size)).slice(0, looks)
  const second = await answersTo({ ...play, split: inOrder(split, places) }, answer)
  const unlike = places.filter((place, row) => {
    const [before, after] = [first.subarray(place * width), second.subarray(row * width)]
    let largest = 1
    let apart = 0
    for (let at = 0; at < width; at++) {
      largest = Math.max(largest, Math.abs(before[at]!))
      apart = Math.max(apart, Math.abs(before[at]! - after[at]!))
    }
    return !(apart <= tolerance * largest)
  })
  if (unlike.length > 0) {
    throw new Trespass(
      `Expected a strategy to answer an image alike whenever it is asked, but of ${places.length} test images that were shown again in another order ` +
        `${unlike.length} got another answer; let it depend on nothing but the image and what was learnt.`,
    )
  }
}
