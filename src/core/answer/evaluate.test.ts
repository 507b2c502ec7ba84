import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { OpenDataset } from "../contracts/dataset.ts"
import type { Players } from "../contracts/game.ts"
import type {
  Answer,
  ClassesMethod,
  Method,
  PairsMethod,
  PictureMethod,
  SamplesMethod,
  TranslationsMethod,
} from "../contracts/method.ts"
import type { Player } from "../contracts/player.ts"
import { twoBars } from "../testing/twoBars.ts"
import { evaluationBatch } from "./answering.ts"
import { answeringOf } from "./answerings.ts"
import { evaluate } from "./evaluate.ts"
import { numberedDataset } from "./testing/numbered.ts"
import { type Witness, type WitnessOptions, witness } from "./testing/witness.ts"

let engine: Engine
beforeAll(async () => {
  // It replays: what is the same computation is not run again.
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

const size = 2 * evaluationBatch + 3
const indices = Array.from({ length: size }, (_, index) => index)
const inputs = numberedDataset(size, { input: (index) => index, target: (index) => 100 + index })

const parts = { requires: {}, data: {} as Method["data"], stages: () => [] }
const doubled: Answer = ({ input }) => tf.mul(input!, 2)
const pairs = (answer: Answer = doubled): PairsMethod => ({
  ...parts,
  answers: "pairs",
  answer: async () => answer,
})
const translations: TranslationsMethod = { ...parts, answers: "translations", answer: async () => doubled }
const picture: PictureMethod = { ...parts, answers: "picture", answer: async () => doubled }

interface Judging {
  readonly method: Method
  readonly witnesses: readonly Witness[]
  readonly dataset?: OpenDataset
  readonly players?: Players
  readonly seed?: number
  readonly onBatch?: (batch: Readonly<Record<string, tf.Tensor>>, index: number) => Promise<void>
  readonly onChosen?: (players: Players) => Promise<void>
}

function judge({ witnesses, dataset = inputs, players = {}, seed = 1, ...rest }: Judging) {
  const metrics = witnesses.map(({ metric }) => ({ metric, judges: {} }))
  return evaluate({ ...rest, players, dataset, seed, datasetDigest: "d", metrics, engine })
}

/** What one metric saw, and the batches that were to be looked at. */
async function judged(
  method: Method,
  options: Omit<Judging, "method" | "witnesses"> = {},
  kind: WitnessOptions = {},
) {
  const one = witness(kind)
  const looked: (readonly string[])[] = []
  const results = await judge({
    ...options,
    method,
    witnesses: [one],
    onBatch: async (batch, index) => {
      expect(index).toBe(looked.length)
      looked.push(Object.keys(batch).sort())
    },
  })
  expect(looked).toHaveLength(answeringOf(method.answers).batches(method, options.dataset ?? inputs))
  return { seen: one.seen, looked, results }
}

const sizes = (batches: readonly (number[] | string)[] | undefined) => batches?.map(({ length }) => length)

describe("pairs and translations", () => {
  test("a method that answers is shown no target, and labels only where it requires them", async () => {
    const dataset = numberedDataset(3, { input: (i) => i, target: (i) => 100 + i, label: (i) => i % 2 })
    const shown = async (requires: Method["requires"]) => {
      const asked: string[][] = []
      const curious: Answer = (batch) => {
        asked.push(Object.keys(batch).sort())
        return tf.clone(batch.input!)
      }
      await judged({ ...pairs(curious), requires }, { dataset }, { judged: "pairs" })
      return asked[0]
    }
    expect(await shown({ input: "image", target: "image" })).toEqual(["input"])
    expect(await shown({ input: "image", target: "image", label: "labelMap" })).toEqual(["input", "label"])
  })

  test("a method that prepares its answers cannot read the test split", async () => {
    const nearest: PairsMethod = {
      ...pairs(),
      async answer({ splits }) {
        await splits.test.read([0])
        return doubled
      },
    }
    await expect(judged(nearest)).rejects.toThrow(
      /it read the split that is judged by itself; leave that out/,
    )
    const judgesAlone: PairsMethod = {
      ...pairs(),
      async answer(dataset) {
        expect(Object.keys(dataset).sort()).toEqual(["splits"])
        return doubled
      },
    }
    await judged(judgesAlone, { dataset: { ...inputs, sourceTest: inputs.splits.test } })
  })

  test("every test example is judged once, in order, and the last batch may be short", async () => {
    const { seen, looked, results } = await judged(pairs())
    expect(seen.input!.flat()).toEqual(indices)
    expect(seen.output!.flat()).toEqual(indices.map((value) => 2 * value))
    expect(sizes(seen.output)).toEqual([32, 32, 3])
    expect(looked).toEqual(Array.from({ length: 3 }, () => ["input", "output", "target"]))
    expect(results).toEqual({ witness: { value: size, identity: { metric: "witness" } } })
  })

  test("an answer to a pair is judged beside what it should be, or as one of a set", async () => {
    const { seen } = await judged(pairs(), {}, { judged: "pairs" })
    expect(seen.target!.flat()).toEqual(indices.map((index) => 100 + index))
  })

  test("labels of pairs reach the metric", async () => {
    const dataset = numberedDataset(3, { input: (i) => i, target: (i) => i, labels: (i) => i % 2 })
    expect((await judged(pairs(), { dataset })).seen.labels).toEqual([[0, 1, 0]])
  })

  test("no metric sees a target of a translation: there is none; but it is there to be looked at", async () => {
    const { seen, looked } = await judged(translations)
    expect(Object.keys(seen).sort()).toEqual(["input", "output"])
    expect(seen.input!.flat()).toEqual(indices)
    expect(looked[0]).toEqual(["input", "output", "target"])
    await expect(judged(translations, {}, { judged: "pairs" })).rejects.toThrow(
      "Expected metrics of images, but witness judges pairs; choose one that fits the method.",
    )
  })

  test("a picture is one: of the first test example, however many there are", async () => {
    const { seen, looked } = await judged(picture)
    expect(seen).toEqual({ input: [[0]], output: [[0]] })
    expect(looked).toHaveLength(1)
  })
})

/** Answers noise times a number that a player holds. */
const noise = (samples?: number, conditions?: readonly string[]): SamplesMethod => ({
  ...parts,
  answers: "samples",
  ...(samples === undefined ? {} : { samples }),
  ...(conditions === undefined ? {} : { conditions }),
  answer:
    async () =>
    (_batch, { count, draw }) =>
      tf.mul(draw("noise", [count, 1, 1, 1], { kind: "uniform" }), 2),
})

describe("samples", () => {
  const images = numberedDataset(5, { image: (index) => index, label: (index) => index % 2 })

  test("as many are judged as the method declares, the last batch of the right number, and no batch is another's again", async () => {
    const { seen, looked } = await judged(noise(4 * evaluationBatch + 6), { dataset: images })
    expect(sizes(seen.output)).toEqual([32, 32, 32, 32, 6])
    const all = seen.output!.flat()
    expect(new Set(all).size).toBe(all.length)
    expect(Object.keys(seen)).toEqual(["output"])
    expect(looked[4]).toEqual(["output"])
  })

  test("as many as the test split has images where it declares nothing", async () => {
    expect(sizes((await judged(noise(), { dataset: images })).seen.output)).toEqual([5])
    const dataset = numberedDataset(40, { image: (index) => index })
    expect(sizes((await judged(noise(), { dataset })).seen.output)).toEqual([32, 8])
  })

  test("conditions are those of the test examples, told over and over, and labels reach the metric", async () => {
    const telling: SamplesMethod = {
      ...noise(2 * evaluationBatch + 6, ["code", "label"]),
      answer:
        async () =>
        ({ code, label }) =>
          tf.add(tf.mul(code!, 10), tf.reshape(tf.cast(label!, "float32"), [-1, 1, 1, 1])),
    }
    const coded = { image: (index: number) => index, code: (index: number) => index }
    const dataset = numberedDataset(5, { ...coded, label: (index) => index % 2 })
    const { seen, looked } = await judged(telling, { dataset })
    const told = Array.from({ length: 70 }, (_, at) => at % 5)
    expect(seen.output!.flat()).toEqual(told.map((index) => 10 * index + (index % 2)))
    expect(seen.labels!.flat()).toEqual(told.map((index) => index % 2))
    expect(Object.keys(seen).sort()).toEqual(["labels", "output"])
    expect(looked[0]).toEqual(["code", "label", "output"])
  })

  test("a sample is not told the real image that it is judged beside", async () => {
    await expect(judged(noise(3, ["image"]), { dataset: images })).rejects.toThrow(
      /asks for the real images themselves/,
    )
  })

  test("a sample is told what it is to be conditioned on and nothing else", async () => {
    const asked: string[][] = []
    const curious: SamplesMethod = {
      ...noise(3, ["label"]),
      answer: async () => (batch) => {
        asked.push(Object.keys(batch))
        return tf.reshape(tf.cast(batch.label!, "float32"), [-1, 1, 1, 1])
      },
    }
    await judged(curious, { dataset: images })
    expect(asked).toEqual([["label"]])
  })
})

/** Answers the same logits to every image: for class 1 the number that the player `own` holds. */
const classesOf = (selection: ClassesMethod["selection"] = "last"): ClassesMethod => ({
  ...parts,
  answers: "classes",
  selection,
  candidates: ({ low, high, same }) => [low!, high!, same!].map((own) => ({ own })),
  answer:
    async (_domains, { own }) =>
    ({ image, ...others }) => {
      expect(others).toEqual({})
      const { classLogits } = own!.apply({ image: image! }, "evaluate")
      return classLogits!
    },
})

const constant = (value: number): Player => ({
  variables: {},
  state: {},
  apply: ({ image }) => ({
    classLogits: tf.tile(tf.tensor2d([[0, value]]), [image!.shape[0]!, 1]),
  }),
  dispose() {},
})

describe("classes", () => {
  const dataset = twoBars()
  const players = { own: constant(1), low: constant(2), high: constant(5), same: constant(5) }

  test("the target's test images are answered, then the source's; the method sees images, metrics the labels too", async () => {
    const { seen, looked, results } = await judged(classesOf(), { dataset, players }, { judged: "classes" })
    expect(seen.domain).toEqual(["target", "source"])
    expect(seen.label).toEqual([0, 1].map(() => Array.from({ length: 20 }, (_, index) => index % 2)))
    expect(sizes(seen.image)).toEqual([20 * 144, 20 * 144])
    expect(seen.output!.map((logits) => logits[1])).toEqual([1, 1])
    expect(looked).toEqual([
      ["image", "label", "output", "target"],
      ["image", "label", "output", "source"],
    ])
    expect(results.witness!.identity).toEqual({ metric: "witness", selection: "last" })
  })

  test("the candidate of the highest score is judged, the earliest of equals, and is shown before", async () => {
    const chosen: Players[] = []
    const scorer = { description: "the second logit", score: (logits: Float32Array) => logits[1]! }
    const { seen, results } = await judged(
      classesOf(scorer),
      { dataset, players, onChosen: async (found) => void chosen.push(found) },
      { judged: "classes" },
    )
    expect(seen.output!.map((logits) => logits[1])).toEqual([5, 5])
    expect(chosen).toHaveLength(1)
    expect(chosen[0]!.own).toBe(players.high)
    expect(results.witness!.identity.selection).toBe("the second logit")
  })

  test("where nothing is to be chosen all players are shown and judged as they are", async () => {
    const chosen: Players[] = []
    const onChosen = async (found: Players) => void chosen.push(found)
    await judged(classesOf(), { dataset, players, onChosen }, { judged: "classes" })
    expect(chosen).toEqual([players])
  })
})

test("randomness at test time comes from the trial's seed and differs from batch to batch", async () => {
  const drawing = pairs(({ input }, { count, draw }) =>
    tf.add(tf.mul(input!, 0), draw("noise", [count, 1, 1, 1], { kind: "uniform" })),
  )
  const draw = async (seed: number) => (await judged(drawing, { seed })).seen.output!
  const first = await draw(1)
  expect(await draw(1)).toEqual(first)
  expect(await draw(2)).not.toEqual(first)
  expect(first[0]!.slice(0, 3)).not.toEqual(first[1]!.slice(0, 3))
})

test.each([
  [pairs(), ["classes"], "pairs or images"],
  [noise(3), ["pairs", "classes"], "images"],
  [picture, ["pairs", "classes"], "images"],
  [classesOf(), ["images", "pairs"], "classes"],
] as const)(
  "metrics that judge something else are refused in one sentence: %#",
  async (method, kinds, known) => {
    for (const kind of kinds) {
      const unfit = witness({ judged: kind })
      await expect(judge({ method, witnesses: [unfit], dataset: twoBars() })).rejects.toThrow(
        `Expected metrics of ${known}, but witness judges ${kind}; choose one that fits the method.`,
      )
    }
  },
)

test("all metrics share one pass, and each gives values of its own", async () => {
  let answered = 0
  const counting: Answer = ({ input }) => tf.mul(input!, 3)
  const witnesses = [witness({ name: "one" }), witness({ name: "other", judged: "pairs" })]
  const results = await judge({
    method: pairs(counting),
    witnesses,
    onBatch: async () => void answered++,
  })
  expect(Object.keys(results)).toEqual(["one", "other"])
  expect(answered).toBe(3)
  expect(witnesses[0]!.seen.output).toEqual(witnesses[1]!.seen.output)
})

test.each(["begin", "update", "compute"] as const)(
  "every metric that began is released after one fails at %s, and no tensor is left behind",
  async (failsAt) => {
    const before = tf.memory().numTensors
    const [first, second, third] = [
      witness({ name: "first" }),
      witness({ name: "second", failsAt }),
      witness(),
    ]
    await expect(judge({ method: pairs(), witnesses: [first!, second!, third!] })).rejects.toThrow(
      `second fails at ${failsAt}`,
    )
    expect([first!.released(), second!.released(), third!.released()]).toEqual([
      1,
      failsAt === "begin" ? 0 : 1,
      1,
    ])
    expect(tf.memory().numTensors).toBe(before)
  },
)

test("samples leave no tensor behind either when a metric fails", async () => {
  const before = tf.memory().numTensors
  await expect(
    judge({ method: noise(3, ["input"]), witnesses: [witness({ failsAt: "update" })] }),
  ).rejects.toThrow("witness fails at update")
  expect(tf.memory().numTensors).toBe(before)
})

test.each([
  ["pairs", pairs()],
  ["translations", translations],
  ["samples", noise(2 * evaluationBatch + 3)],
  ["picture", picture],
] as const)("no tensor and no session is left behind by %s", async (_kind, method) => {
  const before = { tensors: tf.memory().numTensors, sessions: engine.memory().sessions }
  const one = witness()
  await judge({ method, witnesses: [one] })
  expect({ tensors: tf.memory().numTensors, sessions: engine.memory().sessions }).toEqual(before)
  expect(one.released()).toBe(1)
})

test("nor by classes, among which one is chosen", async () => {
  const players = { low: constant(2), high: constant(5), same: constant(5) }
  const scorer = { description: "the second logit", score: (logits: Float32Array) => logits[1]! }
  const before = tf.memory().numTensors
  await judge({
    method: classesOf(scorer),
    witnesses: [witness({ judged: "classes" })],
    dataset: twoBars(),
    players,
  })
  expect(tf.memory().numTensors).toBe(before)
})
