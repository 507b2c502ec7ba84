import type { GivenNetwork, OpenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import type { Player } from "@saddlepoint/core/contracts/player"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Lpips, type LpipsBackbone, type LpipsNorm, openLpips } from "../networks/openLpips.ts"
import { knownWeights, type WeightSource } from "../weightFiles/knownWeights.ts"
import { readKnownWeights } from "../weightFiles/readWeights.ts"
import { missingWeights } from "./givenWeights.ts"

export interface LpipsNetworkOptions {
  /** AlexNet, VGG16 or SqueezeNet 1.1. */
  readonly backbone: LpipsBackbone
  /** How a pixel's channels are brought to length 1. */
  readonly norm: LpipsNorm
}

/** A judge of pairs of images. */
export interface LpipsPlayer extends Player {
  readonly lpips: Lpips
}

const sources: Readonly<Record<LpipsBackbone, readonly [WeightSource, WeightSource]>> = {
  alex: [knownWeights.alexnet, knownWeights.lpipsAlexnet],
  vgg: [knownWeights.vgg16, knownWeights.lpipsVgg],
  squeeze: [knownWeights.squeezenet, knownWeights.lpipsSqueezenet],
}

/** The digests of both files are fixed by their names, so backbone and norm are its whole identity. */
export const lpipsNetworkPlugin: Plugin<"judge", GivenNetwork> = {
  kind: "judge",
  name: "lpipsNetwork",
  version: 1,
  options: {
    backbone: Schema.Literals(["alex", "vgg", "squeeze"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("alex" as const)),
    ),
    norm: Schema.Literals(["torchmetrics", "original"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("torchmetrics" as const)),
    ),
  },
  build: ({ backbone, norm }: LpipsNetworkOptions): GivenNetwork => ({
    task: "human judgements of patches, as version 0.1 of LPIPS learnt them",
    missing: async () => missingWeights(`LPIPS over ${backbone}`, sources[backbone]),
    async open(engine) {
      const [network, heads] = sources[backbone]
      return lpipsJudge(
        await openLpips(backbone, await readKnownWeights(network), await readKnownWeights(heads), {
          engine,
          norm,
        }),
      )
    },
  }),
}

/**
 * The network behind LPIPS, with weights from the files that torchvision and the authors publish, looked for in the folder
 * `SADDLEPOINT_WEIGHTS` or `weights`.
 */
export function lpipsNetwork(options: Partial<LpipsNetworkOptions> = {}): Use<"judge"> {
  return use(lpipsNetworkPlugin, { ...options })
}

/** An opened LPIPS as a judge. */
export function lpipsJudge(lpips: Lpips): OpenNetwork & { readonly player: LpipsPlayer } {
  return {
    digest: lpips.digest,
    player: {
      lpips,
      variables: {},
      state: {},
      apply: () => {
        throw new Error("Expected pairs of images for LPIPS; ask for its distances.")
      },
      dispose: () => lpips.dispose(),
    },
  }
}
