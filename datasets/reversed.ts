import type { Split } from "@saddlepoint/core/contracts/dataset"
import { use } from "@saddlepoint/core/contracts/plugin"
import { composedDataset } from "./composed/composedDataset.ts"
import { everySplit } from "./formats/everySplit.ts"
import { type DatasetUse, imagePairs } from "./formats/fields.ts"

export const reversedPlugin = composedDataset({
  name: "reversed",
  version: 1,
  parts: { pairs: imagePairs },
  fields: imagePairs,
  labels: () => false,
  compose: ({ pairs }) => ({ splits: everySplit((name) => exchanged(pairs.splits[name])) }),
})

/**
 * The pairs of a dataset the other way round: its targets become inputs, its inputs what they are to become (photographs to label maps,
 * Isola et al. 2017, section 4.4). Fields: `input` and `target`, as the dataset has them; label maps are left out, as they are
 * classes of what is now the input.
 */
export function reversed(spec: {
  readonly pairs: DatasetUse<typeof imagePairs, boolean>
}): DatasetUse<typeof imagePairs, false> {
  return use(reversedPlugin, { ...spec })
}

function exchanged({ size, fields, read }: Split): Split {
  return {
    size,
    fields: { input: fields.target!, target: fields.input! },
    async read(indices) {
      const { input, target } = await read(indices)
      return { input: target!, target: input! }
    },
  }
}
