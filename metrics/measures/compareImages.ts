import { createHash } from "node:crypto"
import type { MetricIdentity } from "@saddlepoint/core/contracts/metric"
import { usualSplits } from "../maths/features/inceptionScore.ts"
import type { FeatureNetwork } from "../networks/featureNetwork.ts"
import { type Chain, chainNamed, describeChain } from "../resize/chains.ts"
import type { Images } from "../resize/images.ts"
import {
  compareSeen,
  noneSeen,
  type ReferenceMoments,
  type SeenSet,
  type SetMeasures,
  see,
} from "./seenSet.ts"

/** Images that come batch by batch, each batch of one size. */
export type ImageSource = Iterable<Images> | AsyncIterable<Images>

export interface CompareImagesOptions {
  /** The network that looks at the images, e.g. of `openInception`. */
  readonly network: FeatureNetwork
  /** Where features and logits are taken: `2048` and `logits_unbiased`, as in published FID and inception scores. */
  readonly taps: { readonly features: string; readonly logits?: string }
  /** What happens to images first: a chain, or the name of a package's. */
  readonly chain: string | Chain
  readonly measures: SetMeasures
  readonly generated: ImageSource
  /** The real images, or moments from a file, with a name or digest of it. */
  readonly real: ImageSource | (ReferenceMoments & { readonly name: string })
  /** Which split of its dataset the real images are, for the identity. */
  readonly split?: string
}

/** Values by name with all that makes them comparable, and the sets that they rest on. */
export interface ComparedImages {
  readonly values: Readonly<Record<string, number>>
  readonly identity: MetricIdentity
  readonly generated: SeenSet
  readonly real: SeenSet | ReferenceMoments
}

/**
 * Compares generated images with real ones: every measure from one pass of the network over each set, batch by batch.
 * @throws one sentence when a set is empty or too small for a measure
 */
export async function compareImages(options: CompareImagesOptions): Promise<ComparedImages> {
  const { network, taps, chain, measures, split } = options
  const reference =
    "gaussian" in options.real
      ? { set: options.real, digest: options.real.name, count: 0 }
      : await look(options, options.real)
  const seen = await look(options, options.generated)
  const steps = typeof chain === "string" ? chainNamed(chain) : chain
  return {
    values: compareSeen(reference.set, seen.set, measures),
    identity: {
      network: network.name,
      judge: network.digest,
      tap: taps.features,
      ...(taps.logits === undefined ? {} : { logits: taps.logits }),
      chain: describeChain(steps),
      covariance: "float64, divided by n - 1",
      ...conventionsOf(measures),
      images: seen.count,
      realImages: reference.count,
      reference: reference.digest,
      ...(split === undefined ? {} : { referenceSplit: split }),
    },
    generated: seen.set,
    real: reference.set,
  }
}

async function look(
  { network, taps, chain, measures }: CompareImagesOptions,
  source: ImageSource,
): Promise<{ readonly set: SeenSet; readonly digest: string; readonly count: number }> {
  const asked = [taps.features, ...(taps.logits === undefined ? [] : [taps.logits])]
  const hash = createHash("sha256")
  let set: SeenSet | undefined
  for await (const images of source) {
    hash.update(`${images.shape} ${images.range}\n`)
    hash.update(new Uint8Array(images.values.buffer, images.values.byteOffset, images.values.byteLength))
    const seen = await network.tapped(images, { taps: asked, chain })
    const features = seen[taps.features]!.values
    const logits = taps.logits === undefined ? undefined : seen[taps.logits]!
    const [count] = images.shape
    set ??= noneSeen(features.length / count, measures, logits?.shape[1])
    set = see(set, { features, ...(logits === undefined ? {} : { logits: logits.values }) })
  }
  if (set === undefined) throw new Error("Expected images to compare, but a set is empty; check its folder.")
  return { set, digest: hash.digest("hex"), count: set.moments.count }
}

/** The conventions of the measures as flat values of an identity. */
function conventionsOf({ kid, precisionRecall, inceptionScore, mifid }: SetMeasures): MetricIdentity {
  return {
    ...(kid === undefined
      ? {}
      : kid === "all pairs"
        ? { kid: "all pairs" }
        : { kid: `${kid.subsets ?? 100} subsets of ${kid.subsetSize ?? 1000}`, kidSeed: kid.seed }),
    ...(precisionRecall === undefined
      ? {}
      : { neighbours: precisionRecall.neighbours, inside: precisionRecall.inside }),
    ...(inceptionScore === undefined
      ? {}
      : {
          inceptionScore: inceptionScore.convention,
          splits: inceptionScore.splits ?? usualSplits(inceptionScore.convention),
          shuffled: inceptionScore.seed ?? "no",
        }),
    ...(mifid === undefined ? {} : { mifidThreshold: mifid.threshold }),
  }
}
