/**
 * Streams generated features of two sides, block by block, through the Frechet distance, KID and precision and recall, and says how
 * much memory the process took at most:
 *
 *     npx tsx metrics/bench/memory.ts --json [--count 50000] [--size 2048]
 *
 * Both sides are kept in float32, which precision and recall cannot do without: `8 count size` bytes are the least.
 */
import { parseArgs } from "node:util"
import { matrixProduct } from "@saddlepoint/engine/matrixProduct"
import { type KeyPart, stream } from "@saddlepoint/engine/random"
import { addRows, type FeatureRows, noRows } from "../maths/features/featureRows.ts"
import { frechetDistance } from "../maths/features/frechet.ts"
import { subsetKid } from "../maths/features/kernelInceptionDistance.ts"
import { addVectors, noMoments, type RunningMoments, settledMoments } from "../maths/features/moments.ts"
import { precisionRecall } from "../maths/features/precisionRecall.ts"

const { values: flags } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    count: { type: "string", default: "50000" },
    size: { type: "string", default: "2048" },
  },
})
const [count, size] = [Number(flags.count), Number(flags.size)]
if (!Number.isInteger(count) || count < 1000 || !Number.isInteger(size) || size < 1) {
  throw new RangeError(
    `Expected a count of at least 1000 vectors, one subset of KID, and a size of at least 1, but got ${flags.count} and ${flags.size}.`,
  )
}

/** Vectors that arrive at once. */
const block = 1000
/** Directions in which vectors differ most, as features of images do. */
const latentSize = 32

interface Side {
  readonly rows: FeatureRows
  readonly moments: RunningMoments
}

const stages: { name: string; seconds: number; peakMiB: number }[] = []

function timed<T>(name: string, work: () => T): T {
  const start = performance.now()
  const result = work()
  stages.push({ name, seconds: (performance.now() - start) / 1000, peakMiB: peakMiB() })
  return result
}

/** Largest resident set of the process so far. */
function peakMiB(): number {
  return process.resourceUsage().maxRSS / 1024
}

/** Like features after a ReLU: `max(0, latent W + noise)`, with a latent normal vector of the given spread for each row. */
function featuresOf(rows: number, weights: Float32Array, spread: number, ...key: KeyPart[]): Float32Array {
  const source = stream("bench", "memory", ...key)
  const latent = source.fillNormal(new Float32Array(rows * latentSize)).map((value) => value * spread)
  const features = source.fillNormal(new Float32Array(rows * size))
  const directed = matrixProduct(latent, weights, { rows, inner: latentSize, columns: size })
  for (let i = 0; i < features.length; i++) features[i] = Math.max(0, 0.3 * features[i]! + directed[i]!)
  return features
}

/** Feeds one side's blocks to the moments and keeps them. */
function streamed(name: string, spread: number, weights: Float32Array): Side {
  let side: Side = { rows: noRows(size), moments: noMoments(size) }
  for (let start = 0; start < count; start += block) {
    const rows = featuresOf(Math.min(block, count - start), weights, spread, name, start)
    side = { rows: addRows(side.rows, rows), moments: addVectors(side.moments, rows) }
  }
  return side
}

const weights = stream("bench", "memory", "weights")
  .fillNormal(new Float32Array(latentSize * size))
  .map((value) => value / Math.sqrt(latentSize))
const [real, generated] = timed("features and moments", () => [
  streamed("real", 1, weights),
  streamed("generated", 0.95, weights),
])
const fid = timed("Frechet distance", () =>
  frechetDistance(settledMoments(real.moments), settledMoments(generated.moments)),
)
const kid = timed("KID, 100 subsets of 1000", () => subsetKid(real.rows, generated.rows, { seed: 0 }))
const prdc = timed("precision and recall, k = 3", () =>
  precisionRecall(real.rows, generated.rows, { neighbours: 3, inside: "<=" }),
)

const report = {
  count,
  size,
  peakMiB: peakMiB(),
  stages,
  values: { fid, kid: kid.mean, kidDeviation: kid.deviation, ...prdc },
}
if (flags.json) console.log(JSON.stringify(report))
else {
  console.log(`${count} x ${size} features a side: ${report.peakMiB.toFixed(0)} MiB at most.`)
  for (const stage of stages) {
    console.log(`${stage.name}: ${stage.seconds.toFixed(1)} s, ${stage.peakMiB.toFixed(0)} MiB so far`)
  }
  console.log(report.values)
}
