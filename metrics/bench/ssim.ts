import { stream } from "@saddlepoint/engine/random"
import { structuralSimilarity } from "../structuralSimilarity.ts"

const [images, height, width, channels] = [16, 256, 256, 3]

/**
 * Times SSIM of 16 pairs of 256x256 colour images, as torchmetrics computes it (11x11 Gaussian window, reflected
 * border), in float64 on one core. The images are uniform noise, made before the clock starts; one round warms up.
 *
 * @returns seconds of each timed round, and the mean similarity, so that nothing can be left out
 */
export function benchSsim(rounds = 5): {
  readonly name: string
  readonly seconds: readonly number[]
  readonly value: number
} {
  const size = height * width * channels
  const made = (name: string) =>
    Array.from({ length: images }, (_, i) =>
      stream("bench", "ssim", name, i).fillUniform(new Float32Array(size)),
    )
  const [a, b] = [made("a"), made("b")]
  const seconds: number[] = []
  let value = 0
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now()
    value = 0
    for (let i = 0; i < images; i++) {
      value +=
        structuralSimilarity(a[i]!, b[i]!, [height, width, channels], { range: 1, border: "reflect" }) /
        images
    }
    if (round > 0) seconds.push((performance.now() - start) / 1000)
  }
  return { name: `ssim.${images}x${channels}x${height}x${width}`, seconds, value }
}
