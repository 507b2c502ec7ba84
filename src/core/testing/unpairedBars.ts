import type { Dataset, Split } from "../contracts/dataset.ts"
import type { Plugin } from "../contracts/plugin.ts"
import type { UnpairedDataset } from "../methods/translation/unpairedDomains.ts"
import { twoBars } from "./twoBars.ts"

const sideBySide = (A: Split, B: Split): Split => ({
  size: A.size,
  fields: { input: A.fields.image!, target: B.fields.image! },
  read: async (indices) => ({
    input: (await A.read(indices)).image!,
    target: (await B.read(indices.map((index) => index % B.size))).image!,
  }),
})

/** The images of two small domains for tests, `[12, 12, 1]`: bars, and bars of other grey levels. */
export function unpairedBars(): UnpairedDataset {
  const { source, target } = twoBars().domains!
  const held = sideBySide(source.validation, target.validation)
  return {
    unpaired: { A: source.train, B: target.train },
    splits: { train: sideBySide(source.train, target.train), validation: held, test: held },
  }
}

/** The dataset as a plug-in, for definitions in tests. */
export const unpairedBarsPlugin: Plugin<"dataset", Dataset> = {
  kind: "dataset",
  name: "unpairedBars",
  version: 1,
  options: {},
  build: (): Dataset => ({
    fields: { "A.image": "image", "B.image": "image" },
    labels: false,
    licence: "Made by a test.",
    missing: async () => [],
    digest: async () => "u".repeat(64),
    open: async () => unpairedBars(),
  }),
}
