import type { DataField, OpenDataset, Split } from "../../contracts/dataset.ts"

/** Values of a field by the example's index. */
export type FieldOf = (index: number) => number

/**
 * A split whose examples know their index: each field is one value per example. Fields whose name ends in `label` are classes, int32 of
 * shape []; others are images of one pixel, `[1, 1, 1]`.
 */
export function numbered(size: number, fields: Readonly<Record<string, FieldOf>>): Split {
  const isLabel = (name: string) => name.endsWith("label")
  const described = Object.keys(fields).map((name): [string, DataField] => [
    name,
    isLabel(name)
      ? { shape: [], dtype: "int32", range: [0, 1], classes: 2 }
      : { shape: [1, 1, 1], dtype: "float32", range: [0, size] },
  ])
  return {
    size,
    fields: Object.fromEntries(described),
    async read(indices) {
      const read = Object.entries(fields).map(
        ([name, of]) =>
          [name, isLabel(name) ? Int32Array.from(indices, of) : Float32Array.from(indices, of)] as const,
      )
      return Object.fromEntries(read)
    },
  }
}

/** A dataset of such a test split; training and validation have one example. */
export function numberedDataset(size: number, fields: Readonly<Record<string, FieldOf>>): OpenDataset {
  return {
    splits: { train: numbered(1, fields), validation: numbered(1, fields), test: numbered(size, fields) },
  }
}
