import { openEngine } from "@saddlepoint/engine/open"
import { stream } from "@saddlepoint/engine/random"
import { median } from "../maths/statistics/quantile.ts"
import { formulaWeights } from "../networks/formulaWeights.ts"
import { inceptionLayers, inceptionSide } from "../networks/inceptionV3.ts"
import { parametersOf } from "../networks/layers.ts"
import { openInception } from "../networks/openInception.ts"
import type { Images } from "../resize/images.ts"
import { startPeer } from "./peer.ts"

export interface InceptionBenchOptions {
  /** Threads of the engine, and of the peer; 1 where left out. */
  readonly threads?: number
  /** Batches that are timed on either side, in turn; 5 where left out. */
  readonly rounds?: number
  /** Images of a batch; 32 where left out. */
  readonly batch?: number
  /** A Python with PyTorch, for the peer; none where left out. */
  readonly python?: string
}

/** Images per second are of the median round, from bytes to the 2048 features. */
export interface InceptionBenchResult {
  readonly name: string
  readonly engine: string
  readonly threads: number
  readonly batch: number
  readonly imagesPerSecond: number
  /** Milliseconds of every round. */
  readonly ms: readonly number[]
  /** Resizing from 32x32 instead: the part of the time that is ours alone, in milliseconds a batch. */
  readonly msFrom32px: number
  readonly peer?: { readonly name: string; readonly imagesPerSecond: number; readonly ms: readonly number[] }
  /** Ours divided by the peer's images per second: above 1 we are faster. */
  readonly ratio?: number
}

/**
 * Times the FID network on the `onnx` engine, round by round in turn with PyTorch. Weights, the compiled session and two
 * batches that warm both up are not timed; pre-processing and reading the features back are.
 */
export async function benchInception(options: InceptionBenchOptions = {}): Promise<InceptionBenchResult> {
  const { threads = 1, rounds = 5, batch = 32, python } = options
  const engine = await openEngine({ device: "onnx", threads })
  const weights = formulaWeights(parametersOf(inceptionLayers), 1)
  const network = await openInception(weights, { engine, taps: ["2048"] })
  const args = [threads, inceptionSide, batch].map(String)
  const peer = python === undefined ? undefined : await startPeer(python, "inception.py", args)
  try {
    const timed = async (images: Images): Promise<number> => {
      const start = performance.now()
      await network.features(images, { tap: "2048", chain: "torch-fidelity", batch })
      return performance.now() - start
    }
    const images = randomImages(batch, inceptionSide)
    await timed(images)
    await timed(images)
    const [ms, peerMs] = [[], []] as [number[], number[]]
    for (let round = 0; round < rounds; round++) {
      ms.push(await timed(images))
      if (peer !== undefined) peerMs.push((await peer.play()).ms)
    }
    const msFrom32px = await timed(randomImages(batch, 32))
    const perSecond = (times: readonly number[]) => (1000 * batch) / median(times)
    return {
      name: `InceptionV3, ${inceptionSide}x${inceptionSide}`,
      engine: engine.identity.version,
      threads,
      batch,
      imagesPerSecond: perSecond(ms),
      ms,
      msFrom32px,
      ...(peer !== undefined && {
        peer: { name: peer.name, imagesPerSecond: perSecond(peerMs), ms: peerMs },
        ratio: perSecond(ms) / perSecond(peerMs),
      }),
    }
  } finally {
    peer?.stop()
    network.dispose()
    engine.dispose()
  }
}

function randomImages(count: number, side: number): Images {
  const uniform = stream("bench", "inception").fillUniform(new Float32Array(count * side * side * 3))
  const values = Uint8Array.from(uniform, (value) => value * 256)
  return { values, shape: [count, side, side, 3], range: "0..255" }
}
