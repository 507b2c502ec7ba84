import type { GivenNetwork, OpenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { FeatureNetwork, TapValues } from "../networks/featureNetwork.ts"
import { openInception } from "../networks/openInception.ts"
import { type Chain, chainNamed, chains } from "../resize/chains.ts"
import { knownWeights } from "../weightFiles/knownWeights.ts"
import { readKnownWeights } from "../weightFiles/readWeights.ts"
import { missingWeights } from "./givenWeights.ts"
import type { JudgingPlayer, Tap } from "./tap.ts"

export interface InceptionOptions {
  /** How images are quantised, resized and normalised first: the name of a package's chain. */
  readonly chain: string
  /** Where features are taken. */
  readonly tap: "64" | "192" | "768" | "2048"
  /** SHA-256 of the weights' file, in hex; of another file with the same tensors where it was converted. */
  readonly sha256: string
}

const source = knownWeights.fidInception

export const inceptionPlugin: Plugin<"judge", GivenNetwork> = {
  kind: "judge",
  name: "inception",
  version: 1,
  options: {
    chain: Schema.Literals(Object.keys(chains)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("torch-fidelity")),
    ),
    tap: Schema.Literals(["64", "192", "768", "2048"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("2048" as const)),
    ),
    sha256: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(source.sha256Prefix)),
    ),
  },
  build: ({ chain, tap, sha256 }: InceptionOptions): GivenNetwork => ({
    task: "ImageNet's classes, as trained by Szegedy et al. (2015 graph, 1008 logits)",
    missing: async () => missingWeights("InceptionV3", [source]),
    async open(engine) {
      const weights = await readKnownWeights(source, { sha256 })
      return inceptionJudge(await openInception(weights, { engine }), chainNamed(chain), tap)
    },
  }),
}

/**
 * The InceptionV3 behind published FID, KID and inception scores (the 2015 graph), with weights from the file that
 * pytorch-fid publishes, looked for in the folder `SADDLEPOINT_WEIGHTS` or `weights`. Its features and logits are those of
 * the reference packages for the same chain.
 */
export function inception(options: Partial<InceptionOptions> = {}): Use<"judge"> {
  return use(inceptionPlugin, { ...options })
}

/** An opened InceptionV3 as a judge; its logits are those without bias, which inception scores use. */
export function inceptionJudge(
  network: FeatureNetwork,
  chain: Chain,
  tap: string,
): OpenNetwork & { readonly player: JudgingPlayer } {
  const logits = "logits_unbiased"
  const passes = new WeakMap<tf.Tensor, Promise<Readonly<Record<string, TapValues>>>>()
  const pass = async (images: tf.Tensor): Promise<Readonly<Record<string, TapValues>>> => {
    const [count, height, width, channels] = images.shape as [number, number, number, number]
    const colour = channels === 1 ? tf.tile(images, [1, 1, 1, 3]) : tf.clone(images)
    const values = (await colour.data()) as Float32Array
    colour.dispose()
    return network.tapped(
      { values, shape: [count, height, width, 3], range: "-1..1" },
      { taps: [tap, logits], chain },
    )
  }
  const from = (name: string): Tap => ({
    description: `${network.name} ${name}`,
    quantisation: chain.quantisation === "none" ? "none" : `bytes, ${chain.quantisation}`,
    resize: resizeOf(chain),
    async rows(images) {
      // Features and logits come from one pass.
      const both = passes.get(images) ?? pass(images)
      passes.set(images, both)
      return (await both)[name]!.values
    },
  })
  return {
    digest: network.digest,
    player: {
      variables: {},
      state: {},
      apply: ({ image }) => {
        const { [tap]: features, [logits]: classLogits } = network.apply(image as tf.Tensor4D, [tap, logits])
        return { features: features!, classLogits: classLogits! }
      },
      taps: { features: from(tap), logits: from(logits) },
      dispose: () => network.dispose(),
    },
  }
}

function resizeOf({ resize, normalisation }: Chain): string {
  const size = resize === undefined ? "none" : `${resize.resizer.name} to ${resize.side}x${resize.side}`
  return `${size}, then ${normalisation.name}`
}
