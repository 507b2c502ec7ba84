import type { DatasetAbout, SplitAbout, SplitName } from "@saddlepoint/core/contracts/dataset"
import { nameWithin } from "../formats/imageFiles.ts"
import type { LeftOut } from "../formats/imagesUnder.ts"
import type { ImageLook } from "../formats/lookedImages.ts"

/** What a folder was found to hold. */
export interface SeenFolder {
  /** Of the dataset plug-in. */
  readonly name: string
  readonly folder: string
  readonly splits: Readonly<Record<SplitName, SplitAbout>>
  readonly leftOut: readonly LeftOut[]
  readonly looks: ReadonlyMap<string, ImageLook>
  /** Paths by split of what a method is asked with: what is in train and in another split is answered from memory. */
  readonly asked: Readonly<Record<SplitName, readonly string[]>>
}

/** A folder in a record: what its splits hold, what nobody reads, what is odd about it. */
export function imageAbout({ name, folder, splits, leftOut, looks, asked }: SeenFolder): DatasetAbout {
  const byReason = new Map<string, string[]>()
  for (const { path, why } of leftOut) {
    const files = byReason.get(why)
    if (files) files.push(nameWithin(folder, path))
    else byReason.set(why, [nameWithin(folder, path)])
  }
  return {
    name,
    folder,
    splits,
    leftOut: [...byReason].map(([why, files]) => ({ why, files })),
    warnings: [
      ...[...looks].flatMap(([path, { warning }]) =>
        warning === undefined
          ? []
          : [`${nameWithin(folder, path)} is read although ${warning}; save it again.`],
      ),
      ...sharedImages(folder, asked, looks),
    ],
  }
}

/** A sentence about each image of another split that is in train as well. */
function sharedImages(
  folder: string,
  asked: SeenFolder["asked"],
  looks: SeenFolder["looks"],
): readonly string[] {
  const inTrain = new Map(asked.train.map((path) => [looks.get(path)!.hash, path]))
  return (["validation", "test"] as const).flatMap((split) =>
    asked[split].flatMap((path) => {
      const twin = inTrain.get(looks.get(path)!.hash)
      return twin === undefined
        ? []
        : [
            `${nameWithin(folder, path)} of ${split} is the same image as ${nameWithin(folder, twin)} of train, so that what is judged was learnt; take one of them out.`,
          ]
    }),
  )
}
