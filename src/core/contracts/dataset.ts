import type { Field, FieldKinds } from "./field.ts"

/** What the compiler knows of a dataset. */
export interface DatasetFacts {
  readonly fields: FieldKinds
  /** Whether judging has labels (a class each, or a label map for images), whatever training sees of them. */
  readonly labels: boolean
}

/** One field of an example, with the range of its values: images are float32 in [-1, 1]; label maps int32 in [0, classes). */
export interface DataField extends Field {
  readonly range: readonly [number, number]
}

/** Values of one field for some examples, in row-major order: `[examples, ...field.shape]`. */
export type FieldValues = Float32Array | Int32Array

/** A part of a dataset. */
export interface Split {
  readonly size: number
  readonly fields: Readonly<Record<string, DataField>>
  /** Reads examples by index. Must be pure: the same indices give the same values. */
  read(indices: readonly number[]): Promise<Readonly<Record<string, FieldValues>>>
}

export type SplitName = "train" | "validation" | "test"

/** A dataset that is ready to be read. */
export interface OpenDataset {
  /** Of two domains: the source's training and validation splits, and the target's test split. */
  readonly splits: Readonly<Record<SplitName, Split>>
  /** Number of classes of the labels, and their names; absent where there are none. */
  readonly classes?: readonly string[]
  /** Of points that are drawn from a mixture: what it is. */
  readonly mixture?: Mixture
  /** Of two domains, of which the source has labels. */
  readonly domains?: Domains
  /** The source's test split, which only judging reads. */
  readonly sourceTest?: Split
  /** The target's validation split with its labels, which only an oracle reads. */
  readonly targetValidation?: Split
}

/** A mixture of equally round Gaussians, all equally frequent. */
export interface Mixture {
  /** By mode, each of as many numbers as a point. */
  readonly centres: readonly (readonly number[])[]
  /** Standard deviation of every Gaussian in every dimension. */
  readonly deviation: number
}

/** A split of which only the images can be reached. */
export function imagesAlone(split: Split): Split {
  return {
    size: split.size,
    fields: { image: split.fields.image! },
    read: async (indices) => ({ image: (await split.read(indices)).image! }),
  }
}

/** A split whose example `i` is the `order[i]`th of another one. */
export function inOrder(split: Split, order: readonly number[]): Split {
  return {
    size: order.length,
    fields: split.fields,
    read: (indices) => split.read(indices.map((index) => order[index] ?? index)),
  }
}

/**
 * Two domains as training sees them. The source has fields `image` and `label`; the target has `image` and nothing else,
 * whatever the dataset knows of it.
 */
export interface Domains {
  readonly source: { readonly train: Split; readonly validation: Split }
  readonly target: { readonly train: Split; readonly validation: Split }
  /** Names of the source's classes. */
  readonly classes: readonly string[]
}

/** Splits that a stage reads side by side, each in an order of its own; fields come as `<name>.<field>`. */
export interface Streams {
  readonly streams: Readonly<Record<string, Split>>
}

/** What a split holds. */
export interface SplitAbout {
  readonly images: number
  readonly pairs?: number
  /** Images of each class. */
  readonly classes?: Readonly<Record<string, number>>
}

/** What a folder of anybody's files was found to hold, for whoever is to trust it. */
export interface DatasetAbout {
  /** Of the plug-in; of a part of another dataset with its slot before it, as in `source: imageFolder`. */
  readonly name: string
  readonly folder: string
  readonly splits: Readonly<Record<SplitName, SplitAbout>>
  /** Files that nobody reads, by the reason in a few words; their names within the folder. */
  readonly leftOut: readonly { readonly why: string; readonly files: readonly string[] }[]
  /** Sentences on what is odd and stops nobody. */
  readonly warnings: readonly string[]
}

/** What a dataset plug-in builds. */
export interface Dataset {
  /** The fields that training can read; a method that requires fewer is content. */
  readonly fields: FieldKinds
  /** Whether judging has labels. */
  readonly labels: boolean
  readonly licence: string
  /** Of a dataset of two domains, in its slots of these names: the labelled one and the one that is to be learnt. */
  readonly domains?: { readonly source: Dataset; readonly target: Dataset }
  /**
   * Mistakes that need a look at the disk (a missing folder, a damaged file), as sentences; none when it can be opened and read.
   * @param cache a folder where may be kept what was seen of files, by their bytes
   */
  missing(cache?: string): Promise<readonly string[]>
  /** What folders of files were found to hold, once nothing is missing; a dataset whose content is known leaves it out. */
  about?(cache?: string): Promise<readonly DatasetAbout[]>
  /**
   * SHA-256 of all that decides the examples: raw bytes of files, or name, version and options of a generator.
   * Part of every trial's identity.
   */
  digest(): Promise<string>
  /** @param cache a folder where decoded or generated examples may be kept; never part of any identity */
  open(cache?: string): Promise<OpenDataset>
}

/** Values of one batch on the host, by field: `shape` includes the batch axis. */
export type HostBatch = Readonly<
  Record<string, { readonly values: FieldValues; readonly shape: readonly number[] }>
>

/** The real images that generated ones are compared with: the training split's `target`, or `image` where nothing is to be hit. */
export function realImages({ splits: { train } }: OpenDataset): {
  readonly split: Split
  readonly field: "target" | "image"
} {
  const field = train.fields.target === undefined ? "image" : "target"
  if (train.fields[field] !== undefined) return { split: train, field }
  throw new Error(
    `Expected training images to compare with, but the dataset has the fields ${Object.keys(train.fields).join(", ")}; choose metrics that need no images.`,
  )
}
