import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stream } from "@saddlepoint/engine/random"
import { addRows, type FeatureRows, noRows } from "../maths/features/featureRows.ts"
import { frechetDistance } from "../maths/features/frechet.ts"
import { subsetKid } from "../maths/features/kernelInceptionDistance.ts"
import { momentsOf } from "../maths/features/moments.ts"
import { precisionRecall } from "../maths/features/precisionRecall.ts"
import { median } from "../maths/statistics/quantile.ts"
import { type PeerValue, startPeer } from "./peer.ts"

export type SetItem = "fd" | "kid" | "prdc"

export interface SetBenchOptions {
  /** Rounds that are timed on either side, in turn. */
  readonly rounds: number
  /** A Python with numpy, scipy and scikit-learn, for the peer; none where left out. */
  readonly python?: string
}

export interface SetBenchResult {
  readonly name: string
  /** Milliseconds of every round. */
  readonly ms: readonly number[]
  readonly value: PeerValue
  readonly peer?: { readonly name: string; readonly ms: readonly number[]; readonly value: PeerValue }
  /** The peer's median time divided by ours: above 1 we are faster. */
  readonly ratio?: number
}

const [count, size] = [5000, 2048]

const names: Readonly<Record<SetItem, string>> = {
  fd: `Frechet distance from moments, ${size} features`,
  kid: `KID, ${count}x${size}, 100 subsets of 1000`,
  prdc: `Precision, recall, density, coverage, ${count}x${size}, k = 5`,
}

/**
 * Times distances between two sets of 5000 vectors of 2048 features, rectified and correlated as a network's are, round by
 * round in turn with what the Python packages do on the same numbers. Making the features is not timed, nor, for the Frechet
 * distance, are their moments; one round warms up.
 */
export async function benchFeatureSets(
  items: readonly SetItem[],
  { rounds, python }: SetBenchOptions,
): Promise<SetBenchResult[]> {
  const sets = { a: generated("a", 0), b: generated("b", 0.1) }
  const folder = await mkdtemp(join(tmpdir(), "saddlepoint-bench-"))
  try {
    for (const [name, values] of Object.entries(sets)) await writeFile(join(folder, `${name}.f32`), values)
    const [a, b] = [rowsOf(sets.a), rowsOf(sets.b)]
    const results: SetBenchResult[] = []
    for (const item of items) results.push(await duel(item, playOf(item, a, b), folder, rounds, python))
    return results
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function duel(
  item: SetItem,
  play: () => PeerValue,
  folder: string,
  rounds: number,
  python: string | undefined,
): Promise<SetBenchResult> {
  const args = [item, folder, String(count), String(size)]
  const peer = python === undefined ? undefined : await startPeer(python, "feature_sets.py", args)
  try {
    const value = play()
    const [ms, peerMs] = [[], []] as [number[], number[]]
    let peerValue: PeerValue = Number.NaN
    for (let round = 0; round < rounds; round++) {
      const start = performance.now()
      play()
      ms.push(performance.now() - start)
      if (peer === undefined) continue
      const answer = await peer.play()
      peerMs.push(answer.ms)
      peerValue = answer.value ?? Number.NaN
    }
    return {
      name: names[item],
      ms,
      value,
      ...(peer !== undefined && {
        peer: { name: peer.name, ms: peerMs, value: peerValue },
        ratio: median(peerMs) / median(ms),
      }),
    }
  } finally {
    peer?.stop()
  }
}

function playOf(item: SetItem, a: FeatureRows, b: FeatureRows): () => PeerValue {
  if (item === "kid") return () => subsetKid(a, b, { seed: 2020 }).mean
  if (item === "prdc") return () => ({ ...precisionRecall(a, b, { neighbours: 5, inside: "<" }) })
  const [first, second] = [momentsOf(a), momentsOf(b)]
  return () => frechetDistance(first, second)
}

function rowsOf(values: Float32Array): FeatureRows {
  return addRows(noRows(size), values)
}

/** Rectified sums of what all features of a vector share and of what is their own. */
function generated(name: string, shift: number): Float32Array {
  const source = stream("bench", "feature-sets", name)
  const values = source.fillNormal(new Float32Array(count * size))
  for (let row = 0; row < count; row++) {
    const shared = source.normal()
    for (let i = row * size; i < (row + 1) * size; i++) {
      values[i] = Math.max(0, values[i]! + 0.5 * shared * Math.sin(i % size) + shift)
    }
  }
  return values
}
