import type { OpenDataset, Split, Streams } from "@saddlepoint/core/contracts/dataset"
import type { Stage } from "@saddlepoint/core/contracts/game"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { domainsOf, type Method } from "@saddlepoint/core/contracts/method"
import { stepsOf, untrainedPlayers } from "@saddlepoint/core/play/trainer"
import { fetchWeights, weightsOf } from "@saddlepoint/core/play/weights"
import { openLoader } from "@saddlepoint/datasets/loader"
import { openArrayFolder } from "./arrayFolder.ts"

/** Examples that are read at a time. */
const block = 256

/** A trial that is ready to be played elsewhere. */
export interface Exported {
  readonly method: Method
  /** The method as the trial's identity has it: every option filled in. */
  readonly spec: JsonObject
  readonly dataset: OpenDataset
  readonly stages: readonly Stage[]
  readonly seed: number
  /** The budget. */
  readonly steps: number
}

/**
 * Writes all that decides a trial of one stage, for a port to play it:
 *
 * - `about.json`: seed, steps, batch, and the method's options;
 * - `weights/<player>/<variable>`: every player as it starts, in TensorFlow.js's layouts;
 * - `train/<field>` or `train/<stream>.<field>`: the fields of training examples that the method requires;
 * - `order/<stream>` int32 `[steps, batch]`, `order/` where there is one split: the examples of each step's batch;
 * - `test/input`, or `test/target` and `test/source` for strategies: what is to be answered, in this order.
 *
 * @throws one sentence for a method of several stages
 */
export async function exportTrial(trial: Exported, folder: string): Promise<void> {
  const { stages, seed, spec } = trial
  const [stage, ...more] = stages
  if (stage === undefined || more.length > 0) {
    throw new Error(
      `Expected a method of one stage for a port, but got ${stages.map(({ name }) => name).join(", ")}.`,
    )
  }
  const steps = stepsOf(stages, trial.steps)[0]!
  const arrays = openArrayFolder(folder)
  const players = untrainedPlayers(stages, seed, trial.steps)
  await fetchWeights(players)
  for (const [name, { shape, values }] of Object.entries(weightsOf(players))) {
    await arrays.write(`weights/${name}`, shape, [values])
  }
  for (const player of Object.values(players)) player.dispose()

  const data = await stage.data({})
  const streams = "streams" in data ? data.streams : { "": data }
  for (const [name, split] of Object.entries(streams)) {
    for (const field of Object.keys(split.fields)) {
      if (!(prefixed(name, field) in trial.method.requires)) continue
      await arrays.write(`train/${prefixed(name, field)}`, shapeOf(split, field), valuesOf(split, field))
    }
    const order = ordersOf(data, stage, seed, steps, prefixed(name, index))
    await arrays.write(`order/${name}`, [steps, stage.batch], order)
  }
  for (const [name, split, field] of asked(trial)) {
    await arrays.write(`test/${name}`, shapeOf(split, field), valuesOf(split, field))
  }
  const { data: _, ...method } = spec
  arrays.close({ seed, steps, batch: stage.batch, method })
}

/** What is to be answered, in its order. */
function asked({ method, dataset }: Exported): (readonly [name: string, split: Split, field: string])[] {
  const { test } = dataset.splits
  if (method.answers === "pairs") return [["input", test, "input"]]
  domainsOf(dataset)
  return [
    ["target", test, "image"],
    ["source", dataset.sourceTest!, "image"],
  ]
}

const prefixed = (stream: string, field: string) => (stream === "" ? field : `${stream}.${field}`)
const shapeOf = ({ size, fields }: Split, field: string) => [size, ...fields[field]!.shape]

async function* valuesOf(split: Split, field: string) {
  for (let start = 0; start < split.size; start += block) {
    const indices = Array.from({ length: Math.min(block, split.size - start) }, (_, offset) => start + offset)
    yield (await split.read(indices))[field]!
  }
}

const index = "index"

/** What the trainer's own loader reads, step by step: asked for the places of examples in place of examples. */
async function* ordersOf(data: Split | Streams, stage: Stage, seed: number, steps: number, field: string) {
  const split =
    "streams" in data
      ? {
          streams: Object.fromEntries(
            Object.entries(data.streams).map(([name, { size }]) => [name, places(size)]),
          ),
        }
      : places(data.size)
  const loader = openLoader({ split, batch: stage.batch, seed, stage: stage.name })
  try {
    for (let step = 0; step < steps; step += 1) yield (await loader.next(step))[field]!.values
  } finally {
    loader.close()
  }
}

/** A split whose examples are their places. */
function places(size: number): Split {
  return {
    size,
    fields: { [index]: { shape: [], dtype: "int32", range: [0, size - 1] } },
    read: async (indices) => ({ [index]: Int32Array.from(indices) }),
  }
}
