/** What a method needs from a dataset. */
export type DataContract =
  | "points"
  | "images"
  | "labelled"
  | "captioned"
  | "paired"
  | "unpaired"
  | "adaptation"

/** What the compiler knows of a dataset. */
export interface DatasetFacts {
  readonly contract: DataContract
  /** Whether examples carry labels (a class each, or a label map for images). */
  readonly labels: boolean
}

/** One field of an example. */
export interface Field {
  /** Shape of one example, without the batch axis; images are `[height, width, channels]`. */
  readonly shape: readonly number[]
  readonly dtype: "float32" | "int32"
  /** Images are float32 in [-1, 1]; label maps int32 in [0, classes). */
  readonly range: readonly [number, number]
}

/** Values of one field for some examples, in row-major order: `[examples, ...field.shape]`. */
export type FieldValues = Float32Array | Int32Array

/** A part of a dataset. A `paired` split has fields `input` and `target`, and `labels` where there are label maps. */
export interface Split {
  readonly size: number
  readonly fields: Readonly<Record<string, Field>>
  /** Reads examples by index. Must be pure: the same indices give the same values. */
  read(indices: readonly number[]): Promise<Readonly<Record<string, FieldValues>>>
}

export type SplitName = "train" | "validation" | "test"

/** A dataset that is ready to be read. */
export interface OpenDataset {
  /** Of the contract `adaptation`: the source's training and validation splits, and the target's test split. */
  readonly splits: Readonly<Record<SplitName, Split>>
  /** Number of classes of the labels, and their names; absent where there are none. */
  readonly classes?: readonly string[]
  /** Contract `adaptation` only. */
  readonly domains?: Domains
  /** Contract `adaptation` only: the source's test split, which only judging reads. */
  readonly sourceTest?: Split
  /** Contract `adaptation` only: the target's validation split with its labels, which only an oracle reads. */
  readonly targetValidation?: Split
}

/** A split of which only the images can be reached. */
export function imagesAlone(split: Split): Split {
  return {
    size: split.size,
    fields: { image: split.fields.image! },
    read: async (indices) => ({ image: (await split.read(indices)).image! }),
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

/** What a dataset plug-in builds. */
export interface Dataset {
  readonly contract: DataContract
  readonly labels: boolean
  readonly licence: string
  /** Mistakes that need a look at the disk (a missing folder), as sentences; none when it can be opened. */
  missing(): Promise<readonly string[]>
  /**
   * SHA-256 of all that decides the examples: raw bytes of files, or name, version and options of a generator.
   * Part of every trial's identity.
   */
  digest(): Promise<string>
  /** @param cache a folder where decoded or generated examples may be kept; never part of any identity */
  open(cache?: string): Promise<OpenDataset>
}
