import * as tf from "@saddlepoint/engine/tf"
import { made, soundLosses } from "../soundLosses.ts"
import { type Bugs, detached } from "./bug.ts"

const ofDomains = (learner: (source: tf.Tensor, target: tf.Tensor) => tf.Tensor) =>
  made("domains", "broken", {
    learner: ({ source, target }) => learner(source, target),
    scope: "batch",
    laws: {},
  })

export const domains: Bugs = {
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
  "a sum over features for their mean": {
    broken: made("domains", "broken", {
      learner: ({ source, target }) => tf.sum(tf.square(tf.sub(tf.mean(source, 0), tf.mean(target, 0)))),
      scope: "batch",
      laws: soundLosses.means.laws,
    }),
    law: "definition",
  },
  "a domain that is held constant": {
    broken: ofDomains((source, target) =>
      tf.mean(tf.square(tf.sub(tf.mean(source, 0), tf.mean(detached(target), 0)))),
    ),
    law: "gradient",
  },
}
