import { stream } from "@saddlepoint/engine/random"
import { structuralSimilarity } from "../maths/images/structuralSimilarity.ts"
import { median } from "../maths/statistics/quantile.ts"
import { startPeer } from "./peer.ts"

export interface SsimBenchOptions {
  /** Rounds that are timed on either side, in turn; 5 where left out. */
  readonly rounds?: number
  /** A Python with PyTorch, for the peer; none where left out. */
  readonly python?: string
  /** Threads of the peer; 1, as ours, where left out. */
  readonly threads?: number
}

export interface SsimBenchResult {
  readonly name: string
  /** Milliseconds of every round. */
  readonly ms: readonly number[]
  /** Mean similarity, so that nothing can be left out. */
  readonly value: number
  readonly peer?: { readonly name: string; readonly threads: number; readonly ms: readonly number[] }
  /** The peer's median time divided by ours: above 1 we are faster. */
  readonly ratio?: number
}

const [images, height, width, channels] = [16, 256, 256, 3]

/**
 * Times SSIM of 16 pairs of 256x256 colour images, as torchmetrics computes it (11x11 Gaussian window, reflected
 * border), in float64 on one core, round by round in turn with its float32 route in PyTorch. The images are uniform
 * noise, made before the clock starts; one round warms up.
 */
export async function benchSsim({
  rounds = 5,
  python,
  threads = 1,
}: SsimBenchOptions = {}): Promise<SsimBenchResult> {
  const made = (name: string) =>
    Array.from({ length: images }, (_, i) => {
      const pixels = new Float32Array(height * width * channels)
      return stream("bench", "ssim", name, i).fillUniform(pixels)
    })
  const [a, b] = [made("a"), made("b")]
  const options = { range: 1, border: "reflect" } as const
  const play = () =>
    a.reduce((sum, x, i) => sum + structuralSimilarity(x, b[i]!, [height, width, channels], options), 0) /
    images
  const args = [threads, images, channels, height, width].map(String)
  const peer = python === undefined ? undefined : await startPeer(python, "ssim.py", args)
  try {
    const value = play()
    const [ms, peerMs] = [[], []] as [number[], number[]]
    for (let round = 0; round < rounds; round++) {
      const start = performance.now()
      play()
      ms.push(performance.now() - start)
      if (peer !== undefined) peerMs.push((await peer.play()).ms)
    }
    return {
      name: `SSIM, ${images}x${channels}x${height}x${width}`,
      ms,
      value,
      ...(peer !== undefined && {
        peer: { name: peer.name, threads, ms: peerMs },
        ratio: median(peerMs) / median(ms),
      }),
    }
  } finally {
    peer?.stop()
  }
}
