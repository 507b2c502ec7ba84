import { createHash } from "node:crypto"
import type { MetricIdentity } from "@saddlepoint/core/contracts/metric"
import { usualSplits } from "../maths/features/inceptionScore.ts"
import type { FeatureNetwork } from "../networks/featureNetwork.ts"
import { type Chain, chainNamed, describeChain } from "../resize/chains.ts"
import type { Images } from "../resize/images.ts"
import {
  type MeasureName,
  measureSeen,
  noneSeen,
  type ReferenceMoments,
  type SeenSet,
  type SetMeasures,
  see,
} from "./seenSet.ts"

/** Images that come batch by batch, each batch of one size. */
export type ImageSource = Iterable<Images> | AsyncIterable<Images>

/** Moments from a file, with a name or digest of it. */
export type NamedMoments = ReferenceMoments & { readonly name: string }

export interface CompareImagesOptions {
  /** The network that looks at the images, e.g. of `openInception`. */
  readonly network: FeatureNetwork
  /** Where features and logits are taken: `2048` and `logits_unbiased`, as in published FID and inception scores. */
  readonly taps: { readonly features: string; readonly logits?: string }
  /** What happens to images first: a chain, or the name of a package's. */
  readonly chain: string | Chain
  readonly measures: SetMeasures
  /** The generated images, or their moments, which give `fid` alone. */
  readonly generated: ImageSource | NamedMoments
  /** The real images, or their moments, which give `fid` alone. */
  readonly real: ImageSource | NamedMoments
  /** Which split of its dataset the real images are, for the identity. */
  readonly split?: string
  /** Tells in `failures` why a measure cannot be had, in place of throwing that. */
  readonly partly?: boolean
}

/** Values by name with all that makes them comparable, and the sets that they rest on. */
export interface ComparedImages {
  readonly values: Readonly<Record<string, number>>
  readonly identity: MetricIdentity
  /** Why measures are missing; empty unless `partly` was asked for. */
  readonly failures: Readonly<Partial<Record<MeasureName, Error>>>
  readonly generated: SeenSet | ReferenceMoments
  readonly real: SeenSet | ReferenceMoments
}

/**
 * Compares generated images with real ones: every measure from one pass of the network over each set, batch by batch.
 * @throws one sentence when a set is empty or too small for a measure
 */
export async function compareImages(options: CompareImagesOptions): Promise<ComparedImages> {
  const { network, taps, chain, measures, split, partly = false } = options
  const reference = await seen(options, options.real)
  const judged = await seen(options, options.generated)
  const { values, failures } = measureSeen(reference.set, judged.set, measures)
  const [failure] = Object.values(failures)
  if (failure !== undefined && !partly) throw failure
  const steps = typeof chain === "string" ? chainNamed(chain) : chain
  return {
    values,
    identity: {
      network: network.name,
      judge: network.digest,
      tap: taps.features,
      ...(taps.logits === undefined ? {} : { logits: taps.logits }),
      chain: describeChain(steps),
      covariance: "float64, divided by n - 1",
      ...conventionsOf(measures),
      images: judged.count,
      ...("gaussian" in judged.set ? { generated: judged.digest } : {}),
      realImages: reference.count,
      reference: reference.digest,
      ...(split === undefined ? {} : { referenceSplit: split }),
    },
    failures,
    generated: judged.set,
    real: reference.set,
  }
}

interface Seen<Set> {
  readonly set: Set
  readonly digest: string
  readonly count: number
}

async function seen(
  options: CompareImagesOptions,
  side: ImageSource | NamedMoments,
): Promise<Seen<SeenSet | ReferenceMoments>> {
  return "gaussian" in side ? { set: side, digest: side.name, count: 0 } : look(options, side)
}

async function look(
  { network, taps, chain, measures }: CompareImagesOptions,
  source: ImageSource,
): Promise<Seen<SeenSet>> {
  const asked = [taps.features, ...(taps.logits === undefined ? [] : [taps.logits])]
  const hash = createHash("sha256")
  let set: SeenSet | undefined
  for await (const images of source) {
    hash.update(`${images.shape} ${images.range}\n`)
    hash.update(new Uint8Array(images.values.buffer, images.values.byteOffset, images.values.byteLength))
    const tapped = await network.tapped(images, { taps: asked, chain })
    const features = tapped[taps.features]!.values
    const logits = taps.logits === undefined ? undefined : tapped[taps.logits]!
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
