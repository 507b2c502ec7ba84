import type { Resizer } from "./resizer.ts"
import { tapsOf, type Window } from "./taps.ts"

/**
 * Bilinear resizing of TensorFlow 1 (`image_resizer_state.h`, `resize_bilinear_op.cc`), which the graph behind the
 * Frechet distance holds and torch-fidelity copies: output pixel i reads position `i * scale`, without the shift of half
 * a pixel and without antialiasing, and the neighbour past the end is the last pixel. Scale and position are float32.
 *
 * @param alignCorners whether the first and last pixels of both images coincide: scale `(in - 1) / (out - 1)` in place
 * of `in / out`
 */
export function tensorflowBilinear(alignCorners: boolean): Resizer {
  return {
    name: `tf1_align_corners_${alignCorners}`,
    clips: false,
    taps(size, outputs) {
      const scale = Math.fround(alignCorners ? (size - 1) / Math.max(1, outputs - 1) : size / outputs)
      const windows = Array.from({ length: outputs }, (_, i): Window => {
        const position = Math.fround(Math.fround(i) * scale)
        const start = Math.floor(position)
        const share = Math.fround(position - start)
        return { start, weights: [1 - share, share] }
      })
      return tapsOf(windows, size)
    },
  }
}
