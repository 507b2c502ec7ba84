import * as Schema from "effect/Schema"
import type { Dataset } from "../contracts/dataset.ts"
import type { FieldKinds } from "../contracts/field.ts"
import type { GivenNetwork } from "../contracts/givenNetwork.ts"
import type { AnyLoss } from "../contracts/loss.ts"
import type { AnswerKind, Method } from "../contracts/method.ts"
import type { Judged, Metric } from "../contracts/metric.ts"
import { type Kind, type Plugin, use } from "../contracts/plugin.ts"
import { needsOf } from "../losses/compose.ts"
import { adversarialPlugin, catalogue, dataset, l2Plugin, never } from "./definition.ts"

/**
 * Small plug-ins of every kind of answer, for definitions in tests: `toPairs`, `toTranslations`, `toSamples`, `toClasses`, `toPicture`;
 * datasets that have what they require, and metrics of all that can be judged.
 */

const adapting = { "source.image": "image", "source.label": "class", "target.image": "image" } as const

/** Images with a class each. */
export const digitsPlugin = dataset(
  "digits",
  { fields: { image: "image", label: "class" }, labels: true },
  {},
)
/** Points alone. */
export const planePlugin = dataset("plane", { fields: { point: "point" }, labels: false }, {})
/** Images alone. */
export const scenesPlugin = dataset("scenes", { fields: { image: "image" }, labels: false }, {})
/** Two domains, of which one has labels. */
export const domainsPlugin = dataset("domains", { fields: adapting, labels: true }, {})

/** A network whose weights come from a file. */
export const givenPlugin: Plugin<"judge", GivenNetwork> = {
  kind: "judge",
  name: "given",
  version: 1,
  options: { weights: Schema.String },
  build: ({ weights }: { readonly weights: string }) => ({
    task: "given",
    missing: async () =>
      weights === "nowhere" ? ['expected weights at "nowhere" but there are none; fetch them'] : [],
    open: async () => never("opened")(),
  }),
}

/** A loss that sees with a given network. */
export const perceivedPlugin: Plugin<"loss", AnyLoss> = {
  kind: "loss",
  name: "perceived",
  version: 1,
  options: {},
  slots: { network: { kind: "judge", default: use(givenPlugin, { weights: "here" }) } },
  build: ({ network }: { readonly network: GivenNetwork }) => ({
    role: "reconstruction",
    name: "perceived",
    weight: 1,
    scope: "example",
    sides: { learner: never("computed") },
    needs: { network },
    laws: { atTarget: 0, smoothAtTarget: false },
  }),
}

interface MethodParts {
  readonly data: Dataset
  readonly losses: readonly AnyLoss[]
  readonly samples?: number
}

/** A method of a kind of answer. Its losses are two where a definition names none: an adversarial one, and half of `l2`. */
function method(name: string, answers: AnswerKind, requires: FieldKinds): Plugin<"method", Method> {
  return {
    kind: "method",
    name,
    version: 1,
    options: { samples: Schema.optionalKey(Schema.Int) },
    slots: {
      data: { kind: "dataset" },
      losses: {
        kind: "loss",
        many: true,
        default: [use(adversarialPlugin), use(l2Plugin, { weight: 0.5 })],
      },
    },
    build: ({ data, losses, samples }: MethodParts) =>
      ({
        answers,
        requires,
        data,
        ...(samples === undefined ? {} : { samples }),
        needs: needsOf(losses),
        stages: () => [],
        answer: async () => never("played")(),
      }) as unknown as Method,
  }
}

/** A method for every kind of answer, by it. */
export const methodOf: Readonly<Record<AnswerKind, Plugin<"method", Method>>> = {
  pairs: method("toPairs", "pairs", { input: "image", target: "image" }),
  translations: method("toTranslations", "translations", { "A.image": "image", "B.image": "image" }),
  samples: method("toSamples", "samples", { image: "image" }),
  points: method("toPoints", "points", { point: "point" }),
  classes: method("toClasses", "classes", adapting),
  picture: method("toPicture", "picture", { image: "image" }),
}

/** The name of a dataset that has what methods of a kind of answer require. */
export const dataOf: Readonly<Record<AnswerKind, string>> = {
  pairs: "tiles",
  translations: "horses",
  samples: "digits",
  points: "plane",
  classes: "domains",
  picture: "digits",
}

/** A metric for all that can be judged, by it. */
export const metricOf: Readonly<Record<Judged, Plugin<"metric", Metric>>> = {
  images: metric("distance", "images"),
  pairs: metric("alignment", "pairs"),
  points: metric("spread", "points"),
  classes: metric("recognition", "classes"),
}

function metric(name: string, judged: Judged): Plugin<"metric", Metric> {
  return {
    kind: "metric",
    name,
    version: 1,
    options: {},
    build: () =>
      ({
        name,
        outputs: [{ name, higherIsBetter: true, unit: "", range: [0, 1] }],
        judged,
        needsLabels: false,
        judges: {},
        begin: async () => never("judged")(),
      }) as Metric,
  }
}

const plugins: readonly Plugin<Kind>[] = [
  ...[digitsPlugin, planePlugin, scenesPlugin, domainsPlugin, givenPlugin, perceivedPlugin],
  ...Object.values(methodOf),
  ...Object.values(metricOf),
]

/** The plug-ins of `definition.ts`, and these. */
export const everyAnswer = new Map([
  ...catalogue,
  ...plugins.map((plugin) => [`${plugin.kind}/${plugin.name}`, plugin] as const),
])

/** A method's definition in JSON, as an arm. */
export const armOf = (answers: AnswerKind, role = "baseline") => ({
  role,
  use: methodOf[answers].name,
  data: { use: dataOf[answers] },
})
