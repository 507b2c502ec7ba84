import { antialiasedWindow, box, cubic, type FilterKernel, lanczos, triangle } from "./filterKernels.ts"
import type { Resizer } from "./resizer.ts"
import { tapsOf } from "./taps.ts"

const filters = { bicubic: cubic, bilinear: triangle, lanczos, box }

/**
 * Pillow's `Image.resize` of one float channel (mode F) at a time, as clean-fid uses it: antialiased, computed in
 * float64, stored as float32 after either pass, not rounded.
 *
 * @param clips whether results are then cut to 0..255, as clean-fid does and StudioGAN does not
 */
export function pillow(filter: keyof typeof filters, clips: boolean): Resizer {
  const kernel: FilterKernel = filters[filter]
  return {
    name: `pil_float_${filter}${clips ? "_clip" : ""}`,
    clips,
    taps(size, outputs) {
      const windows = Array.from({ length: outputs }, (_, i) => {
        return antialiasedWindow(kernel, i, size, outputs, (value) => value)
      })
      return tapsOf(windows, size)
    },
  }
}
