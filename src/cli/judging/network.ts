import { stat } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import type { Engine } from "@saddlepoint/engine/engine"
import type { FeatureNetwork } from "@saddlepoint/metrics/networks/featureNetwork"
import { openInception } from "@saddlepoint/metrics/networks/openInception"
import { openSeeded, seededFeatures, seededSide } from "@saddlepoint/metrics/networks/openSeeded"
import { type Chain, chains } from "@saddlepoint/metrics/resize/chains"
import { knownWeights } from "@saddlepoint/metrics/weightFiles/knownWeights"
import { readWeights, weightsFolder } from "@saddlepoint/metrics/weightFiles/readWeights"
import { WrongCall } from "../exit.ts"
import type { Side } from "./sides.ts"

/** Networks by the words of `--network`. */
export const networkWords = ["inception", "seeded"] as const

export type NetworkWord = (typeof networkWords)[number]

const source = knownWeights.fidInception
const logits = "logits_unbiased"

/** A network before its weights are read. */
export interface JudgeNetwork {
  /** Numbers of its features for each image. */
  readonly features: number
  readonly chain: Chain
  readonly taps: { readonly features: string; readonly logits?: string }
  open(engine: Engine): Promise<FeatureNetwork>
}

export interface NetworkCall {
  readonly network: NetworkWord
  /** Of `--chain`; where left out, the network's own. */
  readonly chain: string | undefined
  /** Of `--weights`. */
  readonly weights: string | undefined
  readonly classifies: boolean
}

/**
 * What looks at the images.
 * @throws one sentence where words do not go together; whether weights are there, `requireWeights` says
 */
export function judgeNetwork({ network, chain, weights, classifies }: NetworkCall): JudgeNetwork {
  const named = chainOf(chain ?? (network === "seeded" ? "clean-fid" : "torch-fidelity"))
  if (network === "seeded") {
    if (weights !== undefined) {
      throw new WrongCall(
        "Expected --weights with --network inception, but --network seeded reads none; leave one out.",
      )
    }
    return {
      features: seededFeatures,
      chain: { ...named, resize: { resizer: named.resize!.resizer, side: seededSide } },
      taps: { features: "features" },
      open: (engine) => openSeeded({ engine }),
    }
  }
  const taps = { features: "2048", ...(classifies ? { logits } : {}) }
  return {
    features: 2048,
    chain: named,
    taps,
    open: async (engine) =>
      openInception(await readWeights(weightsFile(weights), { source }), {
        engine,
        taps: Object.values(taps),
      }),
  }
}

const weightsFile = (given: string | undefined) => given ?? join(weightsFolder(), source.name)

/** @throws one sentence where the network's file of weights is not there */
export async function requireWeights({ network, weights }: NetworkCall): Promise<void> {
  if (network === "seeded") return
  const path = weightsFile(weights)
  if ((await stat(path).catch(() => undefined)) !== undefined) return
  const place =
    weights === undefined
      ? `put it into ${dirname(path)} (SADDLEPOINT_WEIGHTS names another folder, --weights a file)`
      : "name it with --weights"
  throw new Error(
    `Expected InceptionV3's weights at ${path}, but there is no ${basename(path)}; get it from ${source.obtain} and ${place}, or use ` +
      "--network seeded, which needs no file.",
  )
}

/**
 * @param whose the `size` features are, as the end of "the features of"
 * @throws one sentence where statistics are of another number of features
 */
export function requireFeatures(size: number, { path, moments }: Side, whose: string): void {
  const found = moments?.gaussian.mean.length
  if (found === undefined || found === size) return
  throw new WrongCall(
    `Expected statistics of the ${size} features of ${whose}, but ${path} has ${found}; take them over the same network.`,
  )
}

function chainOf(name: string): Chain {
  if (Object.hasOwn(chains, name)) return chains[name]!
  throw new WrongCall(
    `Expected --chain to be one of ${Object.keys(chains).join(", ")}, but got ${JSON.stringify(name)}.`,
  )
}
