import { type FeatureRows, rowsAt } from "../../maths/features/featureRows.ts"
import { frechetDistanceOf } from "../../maths/features/frechet.ts"

/** The Frechet distance within one class. */
export interface ClassFrechet {
  readonly label: number
  readonly fid: number
  /** Real vectors of the class. */
  readonly real: number
  /** Generated vectors of the class. */
  readonly generated: number
}

export interface IntraClassFrechet {
  /** Mean over classes of the distance within the class, each class counting the same. */
  readonly value: number
  /** In ascending order of their labels. */
  readonly perClass: readonly ClassFrechet[]
}

/**
 * Intra-class FID (Miyato and Koyama 2018, section 4): the mean over classes of the Frechet distance between a class's real
 * vectors and those generated for it. It sees what FID does not, images that are real but of another class. The distance within a
 * class has few vectors and so a large bias: compare it at equal counts only.
 *
 * @param realLabels, generatedLabels the class of each vector; all classes of either side count
 * @throws one sentence that names the class that has fewer than 2 vectors on a side
 */
export function intraClassFrechet(
  real: FeatureRows,
  realLabels: ArrayLike<number>,
  generated: FeatureRows,
  generatedLabels: ArrayLike<number>,
): IntraClassFrechet {
  if (real.size !== generated.size) {
    throw new RangeError(
      `Expected equally many features on both sides, but got ${real.size} and ${generated.size}; ` +
        "features of one network and one tap are compared.",
    )
  }
  const [reals, fakes] = [
    placesByLabel(real, realLabels, "real"),
    placesByLabel(generated, generatedLabels, "generated"),
  ]
  const labels = [...new Set([...reals.keys(), ...fakes.keys()])].sort((a, b) => a - b)
  if (labels.length === 0) {
    throw new RangeError(
      "Expected labelled vectors for the intra-class FID, but got none; judge some images.",
    )
  }
  const perClass = labels.map((label): ClassFrechet => {
    const [ofReal, ofFake] = [reals.get(label) ?? [], fakes.get(label) ?? []]
    if (Math.min(ofReal.length, ofFake.length) < 2) {
      throw new RangeError(
        `Expected at least 2 real and 2 generated vectors of class ${label} for the intra-class FID, but got ${ofReal.length} ` +
          `and ${ofFake.length}; judge more images of that class.`,
      )
    }
    const fid = frechetDistanceOf(rowsAt(real, ofReal), rowsAt(generated, ofFake), real.size)
    return { label, fid, real: ofReal.length, generated: ofFake.length }
  })
  return { value: perClass.reduce((sum, { fid }) => sum + fid, 0) / perClass.length, perClass }
}

function placesByLabel(
  { count }: FeatureRows,
  labels: ArrayLike<number>,
  side: string,
): ReadonlyMap<number, readonly number[]> {
  if (labels.length !== count) {
    throw new RangeError(
      `Expected a label for each of ${count} ${side} vectors, but got ${labels.length}; give the class of every image.`,
    )
  }
  const places = new Map<number, number[]>()
  for (let place = 0; place < count; place++) {
    const own = places.get(labels[place]!) ?? []
    places.set(labels[place]!, own)
    own.push(place)
  }
  return places
}
