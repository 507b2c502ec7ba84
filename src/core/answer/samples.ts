import type { CompiledStep } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { Trespass } from "../contracts/dataDoor.ts"
import type { OpenDataset } from "../contracts/dataset.ts"
import type { Batch } from "../contracts/game.ts"
import type { PointsMethod, SamplesMethod } from "../contracts/method.ts"
import { readBatch } from "../play/loader.ts"
import { toTensors } from "../play/toTensors.ts"
import { type Answering, evaluationBatch } from "./answering.ts"
import { controls, isControl } from "./controls.ts"
import { seenBy } from "./inputs.ts"

type Sampling = SamplesMethod | PointsMethod

const countOf = ({ samples }: Sampling, { splits }: OpenDataset): number => samples ?? splits.test.size

/** As many samples as the method declares, told the conditions of the test examples, over and over. */
const sampled: Answering<Sampling> = {
  batches: (method, dataset) => Math.ceil(countOf(method, dataset) / evaluationBatch),
  async play(method, players, { dataset, engine, random }, visit) {
    const { conditions = [] } = method
    const real = ["image", "point"].find((name) => conditions.includes(name))
    if (real !== undefined && !isControl(method)) {
      throw new Trespass(
        `Expected samples to be told classes, texts or nothing, but the method asks for the real ${real}s themselves; leave \`${real}\` out of its conditions.`,
      )
    }
    const answer = await method.answer(seenBy(method, dataset), players)
    const { test } = dataset.splits
    const all = countOf(method, dataset)
    // One for each number of samples: a step without conditions has no feeds that would tell batches of another size.
    const steps = new Map<number, CompiledStep>()
    const stepOf = (count: number) => {
      const known = steps.get(count)
      if (known !== undefined) return known
      const step = engine.compile((feeds, { random: draw }) => ({ output: answer(feeds, { count, draw }) }), {
        random,
        schedule: () => 0,
      })
      steps.set(count, step)
      return step
    }
    try {
      for (let start = 0; start < all; start += evaluationBatch) {
        const count = Math.min(evaluationBatch, all - start)
        const told = await conditionsOf(test, conditions, start, count)
        const labels = told.label === undefined ? {} : { labels: told.label }
        let output: tf.Tensor | undefined
        try {
          output = stepOf(count).play(told, start / evaluationBatch).output!
          await visit({ output, ...labels }, { ...told, output }, start / evaluationBatch)
        } finally {
          tf.dispose([told, output])
        }
      }
    } finally {
      for (const step of steps.values()) step.dispose()
    }
  },
  controls,
}

/** Images of nothing in particular, or of a class. */
export const samples = sampled as Answering<SamplesMethod>

/** Points of nothing in particular. */
export const points = sampled as Answering<PointsMethod>

async function conditionsOf(
  split: OpenDataset["splits"]["test"],
  conditions: readonly string[],
  start: number,
  count: number,
): Promise<Batch> {
  if (conditions.length === 0) return {}
  const indices = Array.from({ length: count }, (_, at) => (start + at) % split.size)
  const batch = await readBatch(split, indices)
  return toTensors(Object.fromEntries(conditions.map((name) => [name, batch[name]!])))
}
