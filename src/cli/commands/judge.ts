import { settledMoments } from "@saddlepoint/metrics/maths/features/moments"
import { chains } from "@saddlepoint/metrics/resize/chains"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, exitCodes } from "../exit.ts"
import { json } from "../flags.ts"
import { type Judged, judged } from "../judging/judged.ts"
import { metricWords } from "../judging/measures.ts"
import { networkWords } from "../judging/network.ts"
import { saveStatistics } from "../judging/statisticsPlace.ts"
import { complain, say } from "../say.ts"

export const judge = Command.make(
  "judge",
  {
    real: Argument.String("real").pipe(
      Argument.withDescription(
        "a folder of real images, sub-folders included, or a .npz of statistics (mu, sigma)",
      ),
    ),
    generated: Argument.String("generated").pipe(
      Argument.withDescription(
        "a folder of generated images, or a .npz of statistics; statistics give fid alone",
      ),
    ),
    metrics: Flag.String("metrics").pipe(
      Flag.withDescription(`which of ${metricWords.join(", ")}, with commas between them`),
      Flag.withDefault("fid"),
    ),
    network: Flag.Literals("network", networkWords).pipe(
      Flag.withDescription(
        "what looks at the images: inception, as published values have it; or seeded, a small network that nobody trained " +
          "and that needs no file: its fid, kid and prdc order sets of the same size by how they look, and mean nothing beside " +
          "values of other networks or papers",
      ),
      Flag.withDefault("inception" as const),
    ),
    chain: Flag.String("chain").pipe(
      Flag.withDescription(
        `the package whose pre-processing is followed: ${Object.keys(chains).join(", ")}; where left out, torch-fidelity, and ` +
          "clean-fid for --network seeded, which resizes to 64",
      ),
      Flag.optional,
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
      Flag.withDescription(
        "writes mu and sigma of GENERATED to this .npz, as pytorch-fid reads it; for those of real images give their folder as GENERATED",
      ),
      Flag.optional,
    ),
    device: Flag.String("device").pipe(Flag.withDescription("where tensors run"), Flag.withDefault("onnx")),
    json,
  },
  Effect.fn(function* (options) {
    const target = Option.getOrUndefined(options.saveStatistics)
    const { values, identity, missing, generated } = yield* attempt(() =>
      judged({
        ...options,
        chain: Option.getOrUndefined(options.chain),
        weights: Option.getOrUndefined(options.weights),
        target,
      }),
    )
    const isWhole = Object.keys(missing).length === 0
    yield* say(options.json ? JSON.stringify({ values, identity, missing }) : textOf({ values, identity }))
    if (!isWhole) {
      process.exitCode = exitCodes.failed
      yield* complain(Object.values(missing).join("\n"))
    }
    // Behind the values, which no full disk takes away.
    if (target !== undefined && generated !== undefined && "moments" in generated) {
      yield* attempt(() => saveStatistics(target, settledMoments(generated.moments)))
    }
  }),
).pipe(
  Command.withDescription(
    "Compare a folder of generated images with one of real images, over InceptionV3 or a network that needs no file; exit code 1 " +
      "where a metric cannot be had, after the values of the others",
  ),
)

function textOf({ values, identity }: Pick<Judged, "values" | "identity">): string {
  const lines = Object.entries(values).map(([name, value]) => `${name.padEnd(24)} ${value}`)
  const facts = Object.entries(identity).map(([name, value]) => `  ${name.padEnd(22)} ${value}`)
  return [...lines, "", "Comparable only with values for which all of this is the same:", ...facts].join("\n")
}
