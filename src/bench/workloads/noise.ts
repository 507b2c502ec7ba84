import type { DataField, Split } from "@saddlepoint/core/contracts/dataset"
import { stream } from "@saddlepoint/engine/random"

/** Uniform numbers on [-1, 1), float32; the same for the same name. */
export function uniform(name: string, count: number): Float32Array {
  const values = stream("bench", name).fillUniform(new Float32Array(count))
  for (let i = 0; i < count; i++) values[i] = values[i]! * 2 - 1
  return values
}

/** Images of noise. */
export const imageField = (side: number, channels: number): DataField => ({
  shape: [side, side, channels],
  dtype: "float32",
  range: [-1, 1],
})

/** A split whose examples are noise, each field in its own way: images uniform in their range, classes one after the other. */
export function noiseSplit(name: string, size: number, fields: Readonly<Record<string, DataField>>): Split {
  const valuesOf = (field: string, { shape, classes }: DataField) => {
    if (classes !== undefined) return Int32Array.from({ length: size }, (_, index) => index % classes)
    return uniform(
      `${name}/${field}`,
      shape.reduce((product, side) => product * side, size),
    )
  }
  const all = Object.entries(fields).map(([field, facts]) => [field, valuesOf(field, facts)] as const)
  return {
    size,
    fields,
    async read(indices) {
      const rows = all.map(([field, values]) => {
        const length = values.length / size
        const read = values.slice(0, indices.length * length)
        for (const [row, index] of indices.entries()) {
          read.set(values.subarray(index * length, (index + 1) * length), row * length)
        }
        return [field, read] as const
      })
      return Object.fromEntries(rows)
    },
  }
}
