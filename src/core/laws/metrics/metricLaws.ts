import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { Measured, Metering, Metric } from "../../contracts/metric.ts"
import { readBatch } from "../../play/loader.ts"
import { toTensors } from "../../play/toTensors.ts"
import { exampleData } from "../exampleData.ts"
import { Broken, type Case, type Law } from "../law.ts"
import { once } from "../once.ts"

/** A metric that was built from a plug-in of some version. */
export interface MetricSubject {
  readonly metric: Metric
  readonly version: number
}

const pairs = exampleData({ input: "image", target: "image", labels: "labelMap", point: "point" })

/** Answers that are judged. */
const answered = pairs.splits.test.size

const triable = ({ metric }: MetricSubject) =>
  Object.keys(metric.judges).length === 0 || "it judges with networks, which these laws do not train"

/** Noise that is added to perfect answers. */
const some = 0.2

/** A batch of answers to the test examples of these indices: perfect ones with so much noise. */
async function batchesOf(
  metric: Metric,
  indices: readonly number[],
  noise: number,
): Promise<readonly object[]> {
  const { input, target, labels, point } = toTensors(await readBatch(pairs.splits.test, indices))
  const noisy = (values: tf.Tensor) => {
    const size = values.size / indices.length
    const drawn = indices.flatMap((index) => {
      const source = stream("laws", "noise", index)
      return Array.from({ length: size }, () => noise * source.normal())
    })
    return tf.tidy(() => tf.clipByValue(tf.add(values, tf.tensor(drawn, values.shape)), -1, 1))
  }
  if (metric.judged === "pairs") {
    tf.dispose(point)
    return [{ input, target, labels, output: noisy(target!) }]
  }
  if (metric.judged === "points") {
    const output = noisy(point!)
    tf.dispose([input, target, labels, point])
    return [{ output }]
  }
  if (metric.judged === "images") {
    const output = noisy(target!)
    tf.dispose([target, point])
    return [{ input, labels, output }]
  }
  tf.dispose([target, labels, point, input])
  const label = indices.map((index) => index % 3)
  const logits = () =>
    tf.tensor2d(
      indices.flatMap((index, at) => {
        const source = stream("laws", "logits", index)
        return [0, 1, 2].map((of) => (of === label[at] ? 2 : 0) + 5 * noise * source.normal())
      }),
      [indices.length, 3],
    )
  return (["target", "source"] as const).map((domain) => ({
    domain,
    image: tf.zeros([indices.length, 16, 16, 1]),
    output: logits(),
    label: tf.tensor1d(label, "int32"),
  }))
}

async function judge(
  metric: Metric,
  groups: readonly (readonly number[])[],
  noise = some,
): Promise<Measured> {
  const world = { dataset: pairs, datasetDigest: "a".repeat(64), judges: {} }
  const metering = (await metric.begin(world)) as Metering<object>
  try {
    for (const indices of groups) {
      for (const batch of await batchesOf(metric, indices, noise)) {
        await metering.update(batch)
        tf.dispose(batch as tf.TensorContainer)
      }
    }
    return await metering.compute()
  } finally {
    metering.dispose()
  }
}

const all = Array.from({ length: answered }, (_, index) => index)

const declaredOutputs: Law<MetricSubject> = {
  name: "declaredOutputs",
  statement: "It gives a finite number within its range for every output that it declares, and no other.",
  applies: triable,
  property: ({ metric }) =>
    once(async () => {
      const { values } = await judge(metric, [all])
      const [names, wanted] = [
        Object.keys(values).sort().join(),
        metric.outputs
          .map(({ name }) => name)
          .sort()
          .join(),
      ]
      if (names !== wanted) throw new Broken(`the outputs ${wanted}`, names)
      for (const { name, range } of metric.outputs) {
        const value = values[name]!
        if (!Number.isFinite(value) || value < range[0] || value > range[1])
          throw new Broken(`${name} in [${range[0]}, ${range[1]}]`, String(value))
      }
    }),
}

const batchesDoNotMatter: Law<MetricSubject> = {
  name: "batchesDoNotMatter",
  statement: "The same answers in another order and in other batches have the same value and identity.",
  applies: triable,
  property: ({ metric }) =>
    fc.asyncProperty(
      fc.record({
        order: fc.shuffledSubarray(all, { minLength: answered }),
        batch: fc.integer({ min: 1, max: answered }).map((size) => [size]),
      }) as fc.Arbitrary<Case>,
      async ({ order, batch }) => {
        const size = batch![0]!
        const groups = Array.from({ length: Math.ceil(answered / size) }, (_, at) =>
          order!.slice(at * size, (at + 1) * size),
        )
        const [one, other] = [await judge(metric, [all]), await judge(metric, groups)]
        for (const [name, value] of Object.entries(one.values)) {
          const got = other.values[name]!
          if (Math.abs(got - value) > 1e-5 * Math.max(1e-3, Math.abs(value)))
            throw new Broken(`${name} ${value}`, String(got))
        }
        const [wanted, got] = [JSON.stringify(one.identity), JSON.stringify(other.identity)]
        if (wanted !== got) throw new Broken(`the identity ${wanted}`, got)
      },
    ),
}

const perfectIsBest: Law<MetricSubject> = {
  name: "perfectIsBest",
  statement: "Answers that are what they should be are judged no worse than the same with noise.",
  applies(subject) {
    const { judged, needsLabels } = subject.metric
    if (triable(subject) !== true) return triable(subject)
    if (judged === "pairs" || (judged === "classes" && needsLabels)) return true
    return "it is not told what an answer should be"
  },
  property: ({ metric }) =>
    once(async () => {
      const [perfect, noisy] = [await judge(metric, [all], 0), await judge(metric, [all], 0.5)]
      for (const { name, higherIsBetter } of metric.outputs) {
        const [best, worse] = [perfect.values[name]!, noisy.values[name]!]
        if (higherIsBetter ? best < worse : best > worse) {
          throw new Broken(
            `${name} of perfect answers ${higherIsBetter ? "at least" : "at most"} ${worse}, that of noisy ones`,
            String(best),
          )
        }
      }
    }),
}

const namedIdentity: Law<MetricSubject> = {
  name: "namedIdentity",
  statement:
    "Its identity names the metric, its version, the dataset's digest and how many were judged, in plain values.",
  applies: triable,
  property: ({ metric, version }) =>
    once(async () => {
      const { identity } = await judge(metric, [all])
      const facts = Object.values(identity)
      for (const wanted of [metric.name, version, "a".repeat(64), answered]) {
        if (!facts.includes(wanted))
          throw new Broken(`an identity that names ${wanted}`, JSON.stringify(identity))
      }
      const odd = facts.find((fact) => !["string", "number", "boolean"].includes(typeof fact))
      if (odd !== undefined) throw new Broken("texts, numbers and booleans", JSON.stringify(odd))
    }),
}

const refusesNothing: Law<MetricSubject> = {
  name: "refusesNothing",
  statement: "Without an answer to judge it says so in a sentence, and gives no value.",
  applies: triable,
  property: ({ metric }) =>
    once(async () => {
      const said = await judge(metric, []).then(
        ({ values }) => `the values ${JSON.stringify(values)}`,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      if (!/^Expected [^\n]+\.$/.test(said))
        throw new Broken("a sentence `Expected ..., but got 0; ...`", said)
    }),
}

const leavesNothing: Law<MetricSubject> = {
  name: "leavesNothing",
  statement: "It leaves no tensor behind, and judges the same a second time.",
  applies: triable,
  property: ({ metric }) =>
    once(async () => {
      const first = await judge(metric, [all])
      const before = tf.memory().numTensors
      const second = await judge(metric, [all])
      const left = tf.memory().numTensors - before
      if (left !== 0) throw new Broken("no tensor more than before", `${left} more`)
      const [wanted, got] = [JSON.stringify(first), JSON.stringify(second)]
      if (wanted !== got) throw new Broken(wanted, got)
    }),
}

/** What every metric must keep. */
export const metricLaws: readonly Law<MetricSubject>[] = [
  declaredOutputs,
  batchesDoNotMatter,
  perfectIsBest,
  namedIdentity,
  refusesNothing,
  leavesNothing,
]
