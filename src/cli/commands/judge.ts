import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { folderImages } from "@saddlepoint/datasets/formats/folderImages"
import { openEngine } from "@saddlepoint/engine/open"
import { settledMoments } from "@saddlepoint/metrics/maths/features/moments"
import { type ComparedImages, compareImages } from "@saddlepoint/metrics/measures/compareImages"
import type { SetMeasures } from "@saddlepoint/metrics/measures/seenSet"
import { openInception } from "@saddlepoint/metrics/networks/openInception"
import {
  readFrechetStatistics,
  writeFrechetStatistics,
} from "@saddlepoint/metrics/weightFiles/frechetStatistics"
import { knownWeights } from "@saddlepoint/metrics/weightFiles/knownWeights"
import { readKnownWeights, readWeights } from "@saddlepoint/metrics/weightFiles/readWeights"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, WrongCall } from "../exit.ts"
import { json } from "../flags.ts"
import { say } from "../say.ts"

/** Measures by the word that asks for them. */
const measuresOf = (subsetSize: number, seed: number): Readonly<Record<string, SetMeasures>> => ({
  fid: { fid: true },
  kid: { kid: subsetSize === 0 ? "all pairs" : { subsetSize, seed } },
  prdc: { precisionRecall: { neighbours: 5, inside: "<" } },
  is: { inceptionScore: { convention: "torch-fidelity", seed } },
  mifid: { mifid: { threshold: 0.1 } },
})

export const judge = Command.make(
  "judge",
  {
    real: Argument.String("real").pipe(
      Argument.withDescription("a folder of real images, or a .npz of statistics (mu, sigma)"),
    ),
    generated: Argument.String("generated").pipe(Argument.withDescription("a folder of generated images")),
    metrics: Flag.String("metrics").pipe(
      Flag.withDescription("which of fid, kid, prdc, is, mifid, with commas between them"),
      Flag.withDefault("fid"),
    ),
    chain: Flag.String("chain").pipe(
      Flag.withDescription(
        "the package whose pre-processing is followed: torch-fidelity, pytorch-fid, clean-fid, ...",
      ),
      Flag.withDefault("torch-fidelity"),
    ),
    weights: Flag.String("weights").pipe(
      Flag.withDescription(
        "the file of InceptionV3's weights; else it is looked for in SADDLEPOINT_WEIGHTS or weights/",
      ),
      Flag.optional,
    ),
    subsetSize: Flag.Int("subset-size").pipe(
      Flag.withDescription("images in a subset of KID; 0 takes all pairs, without a draw"),
      Flag.withDefault(1000),
    ),
    seed: Flag.Int("seed").pipe(Flag.withDescription("seed of every draw"), Flag.withDefault(2020)),
    saveStatistics: Flag.String("save-statistics").pipe(
      Flag.withDescription("writes the generated images' mu and sigma to this .npz, as pytorch-fid reads it"),
      Flag.optional,
    ),
    device: Flag.String("device").pipe(Flag.withDescription("where tensors run"), Flag.withDefault("onnx")),
    json,
  },
  Effect.fn(function* (options) {
    const known = measuresOf(options.subsetSize, options.seed)
    const asked = options.metrics.split(",")
    const unknown = asked.find((name) => !(name in known))
    if (unknown !== undefined) {
      return yield* Effect.fail(
        new WrongCall(`Expected metrics out of ${Object.keys(known).join(", ")}, but got ${unknown}.`),
      )
    }
    const measures: SetMeasures = Object.assign({}, ...asked.map((name) => known[name]))
    const found = yield* attempt(async () => {
      const file = Option.getOrUndefined(options.weights)
      const source = knownWeights.fidInception
      const weights = await (file === undefined ? readKnownWeights(source) : readWeights(file, { source }))
      const engine = await openEngine({ device: options.device })
      const logits = measures.inceptionScore === undefined ? {} : { logits: "logits_unbiased" }
      const network = await openInception(weights, { engine, taps: ["2048", ...Object.values(logits)] })
      try {
        return await compareImages({
          network,
          taps: { features: "2048", ...logits },
          chain: options.chain,
          measures,
          real: options.real.endsWith(".npz") ? await statistics(options.real) : folderImages(options.real),
          generated: folderImages(options.generated),
        })
      } finally {
        network.dispose()
        engine.dispose()
      }
    })
    const target = Option.getOrUndefined(options.saveStatistics)
    if (target !== undefined) {
      yield* attempt(() => writeFrechetStatistics(target, settledMoments(found.generated.moments)))
    }
    const { values, identity } = found
    yield* say(options.json ? JSON.stringify({ values, identity }) : textOf(found))
  }),
).pipe(
  Command.withDescription("Compare a folder of generated images with one of real images, over InceptionV3"),
)

async function statistics(path: string) {
  const bytes = await readFile(path).catch(() => Buffer.alloc(0))
  return {
    gaussian: await readFrechetStatistics(path),
    name: createHash("sha256").update(bytes).digest("hex"),
  }
}

function textOf({ values, identity }: ComparedImages): string {
  const lines = Object.entries(values).map(([name, value]) => `${name.padEnd(24)} ${value}`)
  const facts = Object.entries(identity).map(([name, value]) => `  ${name.padEnd(22)} ${value}`)
  return [...lines, "", "Comparable only with values for which all of this is the same:", ...facts].join("\n")
}
