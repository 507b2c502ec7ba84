import { type Resizer, resizing } from "../../resize/resizer.ts"
import { resizers } from "../../resize/resizers.ts"
import { type ArrayFile, type GoldenCase, type GoldenCheck, largestDifference } from "../goldenFolder.ts"
import { pixelsOf, planesOf } from "../planes.ts"

interface ResizeCase {
  readonly id: string
  readonly input_uint8: ArrayFile
  readonly outputs: Readonly<Record<string, ArrayFile>>
  readonly abs_tol: number
}

/** Every resizer on every image of resize.json; one that is not known here fails. */
export const resize: GoldenCheck = async (folder) => {
  const { cases } = (await folder.topic("resize")) as { readonly cases: readonly ResizeCase[] }
  const checked: GoldenCase[] = []
  for (const { id, input_uint8, outputs, abs_tol } of cases) {
    const input = await folder.array(input_uint8)
    const pixels = pixelsOf(Uint8Array.from(input.values), input.shape)
    for (const [name, entry] of Object.entries(outputs)) {
      const expected = await folder.array(entry)
      const resizer = resizers[name]
      const error =
        resizer === undefined
          ? Number.NaN
          : largestDifference(resized(resizer, pixels, input.shape, expected.shape), expected.values)
      checked.push({ case: `resize/${id}/${name}`, error, tolerance: abs_tol })
    }
  }
  return checked
}

/** From pixels of an image of shape `[channels, height, width]` to planes of another. */
function resized(
  resizer: Resizer,
  pixels: Uint8Array,
  from: readonly number[],
  to: readonly number[],
): Float32Array {
  const [channels, height, width] = from as [number, number, number]
  const [, rows, columns] = to as [number, number, number]
  return planesOf(resizing(resizer, [height, width], [rows, columns], channels)(pixels), to)
}
