import { passDoor } from "@saddlepoint/core/contracts/dataDoor"
import { join } from "node:path"
import type { Dataset, OpenDataset, SplitName } from "@saddlepoint/core/contracts/dataset"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import * as Schema from "effect/Schema"
import { dataFolder, missingFiles } from "./dataFolder.ts"
import { everySplit } from "../formats/everySplit.ts"
import { labelledImages } from "../formats/fields.ts"
import type { ImageForm } from "../formats/fitImage.ts"
import { identityDigest } from "../formats/identityDigest.ts"
import { contentHashes } from "../formats/imageFiles.ts"
import { sizeOption } from "../formats/imageSize.ts"
import { type LabelledBytes, splitOfBytes } from "../formats/labelledBytes.ts"
import { mostExamples, oneOfOption, seedOption, wholeNumber, wholeOption } from "../formats/options.ts"
import { type OfficialPart, officialSplits, type SplitSizes } from "./officialSplits.ts"

/** Options of every published set of labelled images. */
export interface PublishedOptions extends ImageForm, SplitSizes {
  /** Folder of the files; where left out, see `dataFolder`. */
  readonly folder?: string
}

/** A published set of labelled images. */
export interface PublishedSet {
  /** Of the plug-in. */
  readonly name: string
  readonly version: number
  /** Name of the set's folder, and of what is pulled. */
  readonly set: string
  readonly licence: string
  readonly classes: readonly string[]
  readonly defaults: Pick<ImageForm, "channels"> & { readonly size: number; readonly validation: number }
  /** The forms in which the set's files may lie; the first that is complete is read, the last is what is missed. */
  readonly forms: readonly PublishedForm[]
}

/** One form of a set's files. */
export interface PublishedForm {
  readonly files: Readonly<Record<OfficialPart, readonly string[]>>
  /** Reads a part from its files' paths. */
  read(paths: readonly string[]): Promise<LabelledBytes>
}

/** The options that decide form and splits, with a set's defaults. */
export function formOptions({ size, channels, validation }: PublishedSet["defaults"]) {
  return {
    size: sizeOption(8, 256, size),
    channels: oneOfOption([1, 3], channels),
    train: Schema.optionalKey(wholeNumber(1, mostExamples)),
    validation: wholeOption(1, mostExamples, validation),
    test: Schema.optionalKey(wholeNumber(1, mostExamples)),
    seed: seedOption,
  }
}

/** The options that decide examples, in a fixed order, for digests. */
export function identityOf({ size, channels, train, validation, test, seed }: PublishedOptions): unknown[] {
  return [size, channels, train ?? null, validation, test ?? null, seed]
}

/** The plug-in of a published set, with the fields `image` and `label`. */
export function publishedSet(published: PublishedSet): Plugin<"dataset", Dataset> {
  const { name, version, set, licence, classes, forms } = published
  return {
    kind: "dataset",
    name,
    version,
    locates: ["folder"],
    options: { ...formOptions(published.defaults), folder: Schema.optionalKey(Schema.NonEmptyString) },
    build: (options: PublishedOptions): Dataset => {
      const folder = dataFolder(set, options.folder)
      const missing = (form: PublishedForm) =>
        missingFiles(set, folder, [...form.files.train, ...form.files.test])
      const complete = async (): Promise<PublishedForm> => {
        for (const form of forms) if ((await missing(form)).length === 0) return form
        throw new Error((await missing(forms.at(-1)!))[0])
      }
      const paths = ({ files }: PublishedForm, part: OfficialPart) =>
        files[part].map((file) => join(folder, file))
      return {
        fields: labelledImages,
        labels: true,
        licence,
        missing: async () =>
          complete().then(
            () => [],
            (absent: Error) => [absent.message],
          ),
        digest: async () => {
          const form = await complete()
          const hashes = await contentHashes([...paths(form, "train"), ...paths(form, "test")])
          return identityDigest([name, version, ...identityOf(options), ...hashes])
        },
        open: async (): Promise<OpenDataset> => {
          passDoor(name)
          const form = await complete()
          const bytes = {
            train: await form.read(paths(form, "train")),
            test: await form.read(paths(form, "test")),
          }
          const counts = { train: bytes.train.count, test: bytes.test.count }
          const splits = officialSplits(name, options, counts)
          const split = (name: SplitName) => {
            const { part, indices } = splits[name]
            return splitOfBytes(bytes[part], indices, classes.length, options)
          }
          return { splits: everySplit(split), classes }
        },
      }
    },
  }
}
