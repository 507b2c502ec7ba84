import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { Fields } from "../../contracts/field.ts"
import { type Model, type Player, type PlayerFields, refusalsOfModel } from "../../contracts/player.ts"
import { Broken, type Case, type Law, undeclared } from "../law.ts"
import { once } from "../once.ts"
import { duringPlayedStep } from "../playedStep.ts"

/** A model, with fields that it does not refuse; none where it refuses all that the laws have. */
export interface ModelSubject {
  readonly model: Model
  readonly fields?: PlayerFields
}

const float = (...shape: number[]) => ({ shape, dtype: "float32" as const })

/** Images that are offered one after the other, until a model takes them. */
const offered = [float(32, 32, 1), float(32, 32, 3), float(28, 28, 1), float(64, 64, 3), float(16, 16, 1)]

/** The fields for a model that are offered first and not refused. */
export function fieldsFor(model: Model): PlayerFields | undefined {
  return offered
    .map((image) => fieldsOf(model, image))
    .find((fields) => refusalsOfModel(model, fields).length === 0)
}

function fieldsOf({ takes, gives }: Model, image: ReturnType<typeof float>): PlayerFields {
  const inputs: Fields = {
    image,
    condition: image,
    point: float(2),
    latent: float(16),
    text: float(5),
    features: float(6),
    label: { shape: [], dtype: "int32", classes: 3 },
  }
  const outputs = { image, point: float(2), classLogits: float(3) }
  return {
    inputs: Object.fromEntries(
      Object.keys(takes).flatMap((name) =>
        takes[name] === "always" && inputs[name] !== undefined ? [[name, inputs[name]!]] : [],
      ),
    ),
    outputs: Object.fromEntries(
      Object.entries(outputs).filter(([name]) => gives.some((given) => given === name)),
    ),
  }
}

const playable = ({ fields }: ModelSubject) =>
  fields === undefined
    ? undeclared("a model under `examples` that takes images of 16 to 64 pixels, points or latents")
    : true

/** Batches of 1 to 4. */
const batches: fc.Arbitrary<Case> = fc.record({
  batch: fc.integer({ min: 1, max: 4 }).map((size) => [size]),
  seed: fc.nat({ max: 1000 }).map((seed) => [seed]),
})

function inputsOf({ inputs }: PlayerFields, { batch, seed }: Case): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype, classes = 2 }]) => {
      const source = stream(seed![0]!, "laws", name)
      const size = shape.reduce((product, side) => product * side, batch![0]!)
      const values = Float32Array.from({ length: size }, () =>
        dtype === "int32" ? source.integer(classes) : Math.max(-1, Math.min(1, source.normal())),
      )
      return [name, tf.tensor(values, [batch![0]!, ...shape], dtype)]
    }),
  )
}

function withPlayer<T>({ model, fields }: ModelSubject, use: (player: Player) => T): T {
  const player = model.player("player", fields!, 1)
  try {
    return use(player)
  } finally {
    player.dispose()
  }
}

const givesWhatItSays: Law<ModelSubject> = {
  name: "givesWhatItSays",
  statement:
    "It gives what `gives` names and nothing else, finite, of the shapes that `shapes` says, for any batch.",
  applies: playable,
  property: (subject) =>
    fc.asyncProperty(batches, async (one) => {
      const { model, fields } = subject
      withPlayer(subject, (player) =>
        tf.tidy(() => {
          for (const mode of ["train", "evaluate"] as const) {
            const given = duringPlayedStep(() => player.apply(inputsOf(fields!, one), mode))
            const [names, wanted] = [Object.keys(given).sort().join(), [...model.gives].sort().join()]
            if (names !== wanted) throw new Broken(`the outputs ${wanted} in mode ${mode}`, names)
            const shapes = model.shapes?.(fields!) ?? {}
            for (const [name, output] of Object.entries(given)) {
              const shape =
                Object.entries(shapes).find(([known]) => known === name)?.[1] ?? output.shape.slice(1)
              const [said, got] = [[one.batch![0]!, ...shape].join(" x "), output.shape.join(" x ")]
              if (said !== got) throw new Broken(`${name} of ${said}`, got)
              if (!output.dataSync().every(Number.isFinite))
                throw new Broken(`finite ${name}`, "NaN or infinity")
            }
          }
        }),
      )
    }),
}

const numbersOf = (player: Player) =>
  Object.values(player.variables).flatMap((variable) => [...variable.dataSync()])

const seededStart: Law<ModelSubject> = {
  name: "seededStart",
  statement: "Variables start alike for the same name and seed, and otherwise for another of either.",
  applies: playable,
  property: ({ model, fields }) =>
    once(async () => {
      const start = (name: string, seed: number) => {
        const player = model.player(name, fields!, seed)
        const numbers = numbersOf(player).join()
        player.dispose()
        return numbers
      }
      const first = start("player", 1)
      if (first === "") return
      if (start("player", 1) !== first) throw new Broken("the same values for the same seed", "other values")
      if (start("player", 2) === first) throw new Broken("other values for another seed", "the same values")
      if (start("other", 1) === first) throw new Broken("other values for another name", "the same values")
    }),
}

const everyVariableLearns: Law<ModelSubject> = {
  name: "everyVariableLearns",
  statement:
    "A loss on its outputs has a finite gradient in every variable, and not 0 in all of a variable's values.",
  applies: playable,
  property: (subject) =>
    once(async () => {
      const one = { batch: [3], seed: [1] }
      withPlayer(subject, (player) =>
        tf.tidy(() => {
          const inputs = inputsOf(subject.fields!, one)
          const variables = Object.entries(player.variables)
          const weighted = (output: tf.Tensor) => {
            const source = stream("laws", "heard")
            const weights = Float32Array.from({ length: output.size }, () => source.normal())
            return tf.sum(tf.mul(output, tf.tensor(weights, output.shape)))
          }
          const { grads } = tf.variableGrads(
            () =>
              tf.addN(
                Object.values(duringPlayedStep(() => player.apply(inputs, "train"))).map(weighted),
              ) as tf.Scalar,
            variables.map(([, variable]) => variable),
          )
          for (const [name, variable] of variables) {
            const values = grads[variable.name]?.dataSync() ?? new Float32Array(1)
            if (!values.every(Number.isFinite))
              throw new Broken(`a finite gradient in ${name}`, "NaN or infinity")
            if (values.every((value) => value === 0))
              throw new Broken(`a gradient in ${name}`, "0 everywhere")
          }
        }),
      )
    }),
}

const hearsAndIsHeard: Law<ModelSubject> = {
  name: "hearsAndIsHeard",
  statement: "At its start outputs have about the scale of unit inputs: a root mean square of 0.01 to 30.",
  applies: playable,
  property: (subject) =>
    once(async () => {
      const { model, fields } = subject
      const size = withPlayer(subject, (player) =>
        tf.tidy(() => {
          const given = duringPlayedStep(() =>
            player.apply(inputsOf(fields!, { batch: [4], seed: [2] }), "train"),
          )
          const output = Object.entries(given).find(([name]) => name === model.gives[0])![1]
          return Math.sqrt(tf.mean(tf.square(output)).dataSync()[0]!)
        }),
      )
      if (size < 0.01 || size > 30) throw new Broken("0.01 to 30", size.toPrecision(3))
    }),
}

const repeatable: Law<ModelSubject> = {
  name: "repeatable",
  statement: "Evaluated twice it gives the same, and leaves no tensor and no variable behind.",
  applies: playable,
  property: (subject) =>
    fc.asyncProperty(batches, async (one) => {
      const before = tf.memory().numTensors
      withPlayer(subject, (player) =>
        tf.tidy(() => {
          const inputs = inputsOf(subject.fields!, one)
          const play = () =>
            Object.values(duringPlayedStep(() => player.apply(inputs, "evaluate"))).map((output) =>
              output.dataSync(),
            )
          const [first, second] = [play(), play()]
          for (const [index, values] of first.entries()) {
            const at = values.findIndex((value, i) => !Object.is(value, second[index]![i]))
            if (at >= 0) throw new Broken(`${values[at]} again`, String(second[index]![at]))
          }
        }),
      )
      const left = tf.memory().numTensors - before
      if (left !== 0) throw new Broken("no tensor more than before", `${left} more`)
    }),
}

const refusesInSentences: Law<ModelSubject> = {
  name: "refusesInSentences",
  statement:
    "Fields of other shapes than it takes are refused in sentences `Expected ..., but got ...`, and nothing throws.",
  applies: ({ model }) => Object.keys(model.takes).length > 0 || "it takes nothing",
  property: ({ model, fields }) =>
    once(async () => {
      const odd = Object.fromEntries(Object.keys(model.takes).map((name) => [name, float(3, 3, 3, 3)]))
      const reasons = model.refuses?.({ inputs: odd, outputs: fields?.outputs ?? {} }) ?? []
      const wrong = reasons.find((reason) => !/^Expected .+\.$/s.test(reason))
      if (wrong !== undefined) throw new Broken("sentences", wrong)
      if (reasons.length === 0) throw new Broken("values of shape [3, 3, 3, 3] to be refused", "no refusal")
    }),
}

/** What every model must keep. */
export const modelLaws: readonly Law<ModelSubject>[] = [
  givesWhatItSays,
  seededStart,
  everyVariableLearns,
  hearsAndIsHeard,
  repeatable,
  refusesInSentences,
]
