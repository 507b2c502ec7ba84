import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, describe, expect, test } from "vitest"
import type { AnyLoss, LossSide } from "../../contracts/loss.ts"
import { checkLaws } from "../checkLaws.ts"
import type { Case } from "../law.ts"
import { lossLaws } from "./lossLaws.ts"
import { crossEntropy, made, slopes, soundLosses, squared, within } from "./testing/soundLosses.ts"

beforeAll(async () => {
  // Its gradients are right to second order, which those of penalties are.
  await openEngine({ device: "js" })
})

/** Forward the same, backward nothing. */
const detached = (x: tf.Tensor) =>
  tf.customGrad((value) => ({
    value: (value as tf.Tensor).clone(),
    gradFunc: (dy) => tf.zerosLike(dy as tf.Tensor),
  }))(x)

/** Forward the same, backward one percent too little. */
const shrunk = (x: tf.Tensor) =>
  tf.customGrad((value) => ({
    value: (value as tf.Tensor).clone(),
    gradFunc: (dy) => tf.mul(dy as tf.Tensor, 0.99),
  }))(x)

const { sides: logistic } = soundLosses.logistic as Extract<AnyLoss, { role: "adversarial" }>
const noClosedForm = { values: [] }

/** A loss of a difference, position by position. */
const ofDifference = (
  each: (difference: tf.Tensor) => tf.Tensor,
  laws: { readonly smoothAtTarget?: boolean; readonly basin?: number } = {},
) =>
  made("reconstruction", "broken", {
    learner: ({ output, target }) => within(each(tf.sub(output, target))),
    laws: { atTarget: 0, smoothAtTarget: true, ...laws },
  })

/** Logistic with another opponent. */
const opposed = (
  opponent: LossSide<"adversarial">,
  values: Extract<AnyLoss, { role: "adversarial" }>["laws"]["values"] = [],
) => made("adversarial", "broken", { opponent, learner: logistic.learner!, laws: { values } })

/** A margin of 1 on both sides, and what is paid at a distance inside it. */
const withMargin = (paid: (inside: tf.Tensor) => tf.Tensor) =>
  made("adversarial", "broken", {
    opponent: ({ real, fake }) =>
      tf.add(within(paid(tf.sub(1, real.scores!))), within(paid(tf.add(fake.scores!, 1)))),
    laws: { values: [], margin: 1 },
  })

/** Of the norms of a critic's gradient at real images. */
const ofNorms = (paid: (norms: tf.Tensor) => tf.Tensor, vanishesAt: number) =>
  made("critic", "broken", {
    opponent: ({ real, score }) => paid(tf.sqrt(tf.add(squared(slopes(score, real)), 1e-12))),
    laws: { vanishesAt },
  })

const ofLogits = (
  side: (logits: tf.Tensor, labels: tf.Tensor) => tf.Tensor,
  laws: {
    readonly undecided?: (classes: number) => number
    readonly ahead?: (lead: number, of: number) => number
  } = {},
) =>
  made("classification", "broken", {
    learner: ({ logits, labels }) => side(logits, labels),
    laws: { undecided: Math.log, certain: 0, ...laws },
  })

const ofDomains = (learner: (source: tf.Tensor, target: tf.Tensor) => tf.Tensor) =>
  made("domains", "broken", {
    learner: ({ source, target }) => learner(source, target),
    scope: "batch",
    laws: {},
  })

const ofGaussian = (
  side: (mean: tf.Tensor, logVariance: tf.Tensor) => tf.Tensor,
  laws: { readonly constant?: (value: number) => number } = {},
) =>
  made("regulariser", "broken", {
    learner: ({ values: { mean, logVariance } }) => side(mean!, logVariance!),
    laws: { values: { mean: [2], logVariance: [2] }, least: 0, ...laws },
  })

const huber = (difference: tf.Tensor, steepness: number) => {
  const size = tf.abs(difference)
  const beyond = tf.relu(tf.sub(size, 1))
  const near = tf.sub(size, beyond)
  return tf.add(tf.div(tf.square(near), 2), tf.mul(beyond, steepness))
}
const huberFacts = (d: number) => (Math.abs(d) <= 1 ? d ** 2 / 2 : Math.abs(d) - 1 / 2)

interface Bug {
  readonly broken: AnyLoss
  /** The one law that finds it. */
  readonly law: string
  readonly counterexample?: Case
}

const bugs: Record<string, Record<string, Bug>> = {
  "any loss": {
    "a unit axis that is left over": {
      broken: made("reconstruction", "broken", {
        learner: ({ output, target }) => tf.mean(tf.mean(tf.square(tf.sub(output, target)), [1, 2]), 1, true),
        laws: { atTarget: 0, smoothAtTarget: true },
      }),
      law: "shape",
    },
    "a softplus that overflows": {
      broken: opposed(({ real, fake }) =>
        tf.add(
          within(tf.log(tf.add(tf.exp(tf.neg(real.scores!)), 1))),
          within(tf.log(tf.add(tf.exp(fake.scores!), 1))),
        ),
      ),
      law: "finite",
    },
    "noise that no seed controls": {
      broken: ofDifference((d) => tf.add(tf.square(d), tf.randomUniform(d.shape, 0, 1e-5))),
      law: "repeatable",
    },
    "a gradient that does not reach the output": {
      broken: made("reconstruction", "broken", {
        learner: ({ output, target }) => within(tf.square(tf.sub(detached(output), target))),
        laws: { atTarget: 0, smoothAtTarget: true },
      }),
      law: "gradient",
      counterexample: { shape: [1, 1, 1, 1], output: [0], target: [-0.125], direction: [1] },
    },
    "a slope that is one percent too small": {
      broken: ofDifference((d) => tf.square(shrunk(d))),
      law: "gradient",
    },
    "a sum over positions instead of their mean": {
      broken: made("reconstruction", "broken", {
        learner: ({ output, target }) => squared(tf.sub(output, target)),
        laws: { atTarget: 0, smoothAtTarget: true },
      }),
      law: "meanOverPositions",
      counterexample: { shape: [1, 1, 1, 1], output: [0], target: [0.125], repeat: [2, 2, 2] },
    },
    "examples that are centred by the batch": {
      broken: ofDifference((d) => tf.square(tf.sub(d, tf.mean(d, 0, true)))),
      law: "independentExamples",
      counterexample: { shape: [2, 1, 1, 1], output: [0], target: [0, -0.125] },
    },
    "a batch whose first example counts twice": {
      broken: made("adversarial", "broken", {
        learner({ fake }) {
          const each = within(tf.softplus(tf.neg(fake.scores!)))
          const [rows] = each.shape
          const counts = tf.tensor1d(Array.from({ length: rows! }, (_, row) => (row === 0 ? 2 : 1)))
          return tf.div(tf.sum(tf.mul(each, counts)), tf.sum(counts))
        },
        scope: "batch",
        laws: soundLosses.logistic.laws as { values: [] },
      }),
      law: "batchPermutation",
    },
  },
  "a reconstruction": {
    "an offset": {
      broken: ofDifference((d) => tf.add(tf.square(d), 0.1)),
      law: "valueAtTarget",
    },
    "a value that falls below that of the target far from it": {
      broken: ofDifference((d) => tf.mul(tf.square(d), tf.sub(1, tf.div(tf.square(d), 2))), { basin: 0.5 }),
      law: "leastAtTarget",
    },
    "a slope at the target": {
      broken: ofDifference((d) => tf.maximum(tf.mul(d, 0.9), tf.mul(d, -0.1))),
      law: "flatAtTarget",
    },
    "ripples on the way to the target": {
      broken: ofDifference((d) => tf.add(tf.square(d), tf.mul(tf.square(tf.sin(tf.mul(d, Math.PI))), 0.8))),
      law: "towardsTarget",
    },
    "a Huber loss whose linear part is seven times too steep": {
      broken: made("reconstruction", "broken", {
        learner: ({ output, target }) => within(huber(tf.sub(output, target), 7)),
        laws: { atTarget: 0, smoothAtTarget: true, constantDifference: huberFacts },
      }),
      law: "constantDifference",
      counterexample: { shape: [1, 1, 1, 1], target: [0.125], difference: [-1.125] },
    },
    "a factor of a half": {
      broken: made("reconstruction", "broken", {
        learner: ({ output, target }) => tf.div(within(tf.square(tf.sub(output, target))), 2),
        laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => d ** 2 },
      }),
      law: "constantDifference",
    },
  },
  "a loss on features": {
    "a sum over layers that is declared as their mean": {
      broken: made("features", "broken", {
        learner: ({ output, target }) =>
          tf.addN(output.map((layer, at) => within(tf.square(tf.sub(layer, target[at]!))))),
        laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => d ** 2 },
      }),
      law: "constantDifference",
    },
    "a layer that teaches nothing": {
      broken: made("features", "broken", {
        learner: ({ output: [first, second], target }) =>
          tf.add(
            within(tf.square(tf.sub(first!, target[0]!))),
            within(tf.square(tf.sub(detached(second!), target[1]!))),
          ),
        laws: { atTarget: 0, smoothAtTarget: true },
      }),
      law: "gradient",
    },
    "a sum over positions": {
      broken: made("features", "broken", {
        learner: ({ output, target }) =>
          tf.addN(output.map((layer, at) => squared(tf.sub(layer, target[at]!)))),
        laws: { atTarget: 0, smoothAtTarget: true },
      }),
      law: "meanOverPositions",
    },
  },
  "an adversarial loss": {
    "a factor of a half": {
      broken: opposed(
        (seen, world) => tf.div(logistic.opponent!(seen, world), 2),
        (soundLosses.logistic.laws as { values: [] }).values,
      ),
      law: "closedForm",
    },
    "scores beyond 5 that count seven times": {
      broken: opposed(
        (seen, world) =>
          tf.add(logistic.opponent!(seen, world), within(tf.mul(tf.relu(tf.sub(-5, seen.real.scores!)), 6))),
        (soundLosses.logistic.laws as { values: [] }).values,
      ),
      law: "closedForm",
    },
    "an opponent that turns back at sure scores": {
      broken: opposed(
        (seen, world) =>
          tf.add(logistic.opponent!(seen, world), within(tf.relu(tf.sub(seen.real.scores!, 12)))),
        [[0, 0, 2 * Math.LN2, Math.LN2]],
      ),
      law: "opponentSign",
    },
    "real and fake swapped": {
      broken: opposed(({ real, fake }, world) => logistic.opponent!({ real: fake, fake: real }, world)),
      law: "opponentSign",
      counterexample: { shape: [1, 1], real: [0], fake: [0], rise: [2.5] },
    },
    "a learner with the wrong sign": {
      broken: made("adversarial", "broken", {
        learner: ({ fake }) => within(tf.softplus(fake.scores!)),
        laws: noClosedForm,
      }),
      law: "learnerSign",
      counterexample: { shape: [1, 1], real: [0], fake: [0], rise: [2.5] },
    },
    "a margin of 2": {
      broken: withMargin((inside) => tf.relu(tf.add(inside, 1))),
      law: "margin",
      counterexample: { shape: [1, 1], beyond: [0.125] },
    },
    "a margin that leaks": {
      broken: withMargin((inside) => tf.maximum(inside, tf.mul(inside, 0.01))),
      law: "margin",
    },
    "a gradient that does not reach the fake scores": {
      broken: opposed(({ real, fake }, world) =>
        logistic.opponent!({ real, fake: { scores: detached(fake.scores!) } }, world),
      ),
      law: "gradient",
      counterexample: { shape: [1, 1], real: [0], fake: [0], direction: [1] },
    },
    "a sum over the patches": {
      broken: opposed(({ real }) =>
        tf.sum(tf.reshape(tf.softplus(tf.neg(real.scores!)), [real.scores!.shape[0]!, -1]), 1),
      ),
      law: "meanOverPositions",
    },
  },
  "a gradient penalty": {
    "a gradient that is taken for a constant": {
      broken: made("critic", "broken", {
        opponent: ({ real, score }) => tf.mul(squared(detached(slopes(score, real))), 5),
        laws: { constantSlope: (norm) => 5 * norm ** 2, vanishesAt: 0 },
      }),
      law: "gradient",
    },
    "the gradient of the batch's mean score": {
      broken: made("critic", "broken", {
        opponent: ({ real, score }) => squared(tf.grad((x) => tf.mean(score(x)))(real)),
        laws: { vanishesAt: 0 },
      }),
      law: "independentExamples",
    },
    "a factor of a half": {
      broken: made("critic", "broken", {
        opponent: ({ real, score }) => tf.mul(squared(slopes(score, real)), 2.5),
        laws: { constantSlope: (norm) => 5 * norm ** 2, vanishesAt: 0 },
      }),
      law: "constantSlope",
    },
    "norms that are drawn to 0 instead of 1": {
      broken: ofNorms((norms) => tf.square(norms), 1),
      law: "vanishing",
    },
    "the wrong sign": {
      broken: ofNorms((norms) => tf.neg(tf.square(tf.sub(norms, 1))), 1),
      law: "neverNegative",
    },
  },
  "a classification loss": {
    "bits for nats": {
      broken: ofLogits((logits, labels) => tf.div(crossEntropy(logits, labels), Math.LN2)),
      law: "undecided",
    },
    "shares that are cut off at 0.9": {
      broken: ofLogits((logits, labels) => tf.maximum(crossEntropy(logits, labels), -Math.log(0.9))),
      law: "certain",
    },
    "mistakes beyond 5 nats that count seven times": {
      broken: ofLogits(
        (logits, labels) => {
          const loss = crossEntropy(logits, labels)
          return tf.add(loss, tf.mul(tf.relu(tf.sub(loss, 5)), 6))
        },
        { ahead: (lead, classes) => Math.log(1 + (classes - 1) * Math.exp(-lead)) },
      ),
      law: "ahead",
    },
    "hopeless examples that are given up": {
      broken: ofLogits(
        (logits, labels) => {
          const loss = crossEntropy(logits, labels)
          return tf.mul(loss, tf.exp(tf.neg(loss)))
        },
        { undecided: (classes) => Math.log(classes) / classes },
      ),
      law: "towardsLabel",
    },
    "classes that are not alike": {
      broken: ofLogits((logits, labels) => {
        const shares = tf.softmax(logits)
        const [one, other] = [0, 1].map((at) => tf.gather(shares, tf.scalar(at, "int32"), 1))
        const extra = tf.mul(tf.mul(one!, other!), tf.square(tf.sub(one!, other!)))
        return tf.add(crossEntropy(logits, labels), tf.mul(extra, 0.3))
      }),
      law: "classPermutation",
    },
    "logits that are held constant": {
      broken: ofLogits((logits, labels) => crossEntropy(detached(logits), labels)),
      law: "gradient",
    },
  },
  "a distance between domains": {
    "one direction only": {
      broken: ofDomains((source, target) =>
        tf.mean(tf.square(tf.relu(tf.sub(tf.mean(source, 0), tf.mean(target, 0))))),
      ),
      law: "symmetry",
    },
    "an offset": {
      broken: ofDomains((source, target) =>
        tf.add(tf.mean(tf.square(tf.sub(tf.mean(source, 0), tf.mean(target, 0)))), 0.01),
      ),
      law: "equalDomains",
      counterexample: { shape: [2, 1], source: [0] },
    },
    "examples that are paired": {
      broken: ofDomains((source, target) => tf.mean(tf.square(tf.sub(source, target)))),
      law: "rowPermutation",
    },
    "a domain that is held constant": {
      broken: ofDomains((source, target) =>
        tf.mean(tf.square(tf.sub(tf.mean(source, 0), tf.mean(detached(target), 0)))),
      ),
      law: "gradient",
    },
  },
  "a regulariser": {
    "a value below the least": {
      broken: ofGaussian((mean, logVariance) =>
        tf.sum(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 2)), 1),
      ),
      law: "least",
    },
    "a half that is missing": {
      broken: ofGaussian(
        (mean, logVariance) =>
          tf.sum(tf.sub(tf.add(tf.exp(logVariance), tf.square(mean)), tf.add(logVariance, 1)), 1),
        { constant: (value) => Math.exp(value) + value ** 2 - value - 1 },
      ),
      law: "constantValue",
    },
    "a mean that is held constant": {
      broken: ofGaussian((mean, logVariance) =>
        tf.sum(tf.sub(tf.add(tf.exp(logVariance), tf.square(detached(mean))), tf.add(logVariance, 1)), 1),
      ),
      law: "gradient",
    },
  },
}

for (const [what, planted] of Object.entries(bugs)) {
  describe(`${what} with`, () => {
    test.each(Object.keys(planted))("%s breaks one law, with a shrunk counterexample", async (bug) => {
      const { broken, law, counterexample } = planted[bug]!
      const before = tf.memory().numTensors
      const { checked, failed } = await checkLaws([broken], { seed: 3 })
      const failures = checked[0]!.laws.filter(({ status }) => status === "failed")
      expect(failures.map((report) => report.law)).toEqual([law])
      expect(failed).toBe(1)
      const [report] = failures
      if (process.env.SHOW) console.log(bug, JSON.stringify(report))
      expect(report!.got).toMatch(/^(?!an error)./)
      expect(report!.expected).toBeTruthy()
      expect(report!.runs).toBeGreaterThan(0)
      if (counterexample !== undefined) expect(report!.counterexample).toEqual(counterexample)
      expect(tf.memory().numTensors).toBe(before)
    })
  })
}

test("a root that has no slope at 0 is found by a critic whose gradient is 0 everywhere", async () => {
  const steep = made("critic", "broken", {
    opponent: ({ real, score }) => tf.square(tf.sub(tf.sqrt(squared(slopes(score, real))), 1)),
    laws: { constantSlope: (norm) => (norm - 1) ** 2 },
  })
  const { checked } = await checkLaws([steep])
  const failures = checked[0]!.laws.filter(({ status }) => status === "failed")
  expect(failures.map(({ law }) => law)).toEqual(["finite", "gradient"])
  expect(failures[0]!.counterexample).toMatchObject({ weights: [0] })
})

test("every law is the only one that finds some bug", () => {
  const found = new Set(
    Object.values(bugs).flatMap((planted) => Object.values(planted).map(({ law }) => law)),
  )
  expect(lossLaws.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([])
})

test.each(Object.entries(soundLosses))("%s, which is sound, keeps every law of its role", async (_, loss) => {
  const before = tf.memory().numTensors
  const { checked } = await checkLaws([loss])
  expect(checked[0]!.laws.filter(({ status }) => status === "failed")).toEqual([])
  expect(tf.memory().numTensors).toBe(before)
})
