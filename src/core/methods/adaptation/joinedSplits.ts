import type { Split } from "../../contracts/dataset.ts"

/**
 * The examples of two splits as one split, the first's before the second's. In a shuffled batch about half are of each where they are of one
 * size.
 *
 * @param first decides the fields, which the second has too, of the same shapes
 */
export function joinedSplits(first: Split, second: Split): Split {
  return {
    size: first.size + second.size,
    fields: first.fields,
    async read(indices) {
      const places = indices.map((index) => ({ index, inFirst: index < first.size }))
      const of = (inFirst: boolean) => places.filter((place) => place.inFirst === inFirst)
      const [one, two] = await Promise.all([
        first.read(of(true).map(({ index }) => index)),
        second.read(of(false).map(({ index }) => index - first.size)),
      ])
      return Object.fromEntries(
        Object.entries(first.fields).map(([name, { shape, dtype }]) => {
          const length = shape.reduce((product, side) => product * side, 1)
          const values =
            dtype === "int32"
              ? new Int32Array(indices.length * length)
              : new Float32Array(indices.length * length)
          const next = { one: 0, two: 0 }
          for (const [row, { inFirst }] of places.entries()) {
            const [from, at] = inFirst ? [one[name]!, next.one++] : [two[name]!, next.two++]
            values.set(from.subarray(at * length, (at + 1) * length), row * length)
          }
          return [name, values]
        }),
      )
    },
  }
}
