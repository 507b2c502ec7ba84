import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { randomSource } from "@saddlepoint/core/play/draw"
import type { RandomDistribution } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import { expect, test } from "vitest"
import { realImages } from "../workloads/gan.ts"
import { workloads } from "../workloads/index.ts"
import { uniform } from "../workloads/noise.ts"
import { benchStage } from "../workloads/playGame.ts"
import { benchSeed } from "../workloads/workload.ts"
import { findPython } from "./findPython.ts"

const script = fileURLToPath(new URL("torch_peer.py", import.meta.url))

function pythonWithTorch(): string | undefined {
  try {
    return findPython(undefined)
  } catch {
    return undefined
  }
}

const python = pythonWithTorch()
if (python === undefined) console.log("Skipped: no Python with PyTorch; give one in SADDLEPOINT_PYTHON.")

interface Case {
  readonly name: string
  readonly side: number
  readonly batch: number
  /** What a step draws. */
  readonly draws: readonly (readonly [string, readonly number[], RandomDistribution])[]
}

const cases: readonly Case[] = [
  { name: "dcgan-tiny", side: 16, batch: 4, draws: [["latent", [4, 100], { kind: "normal" }]] },
  {
    name: "wgan-gp-32",
    side: 32,
    batch: 32,
    draws: [
      ["latent", [32, 100], { kind: "normal" }],
      ["gradientPenalty/share", [32, 1, 1, 1], { kind: "uniform" }],
    ],
  },
]

test.skipIf(python === undefined).each(cases)(
  "$name gives PyTorch's losses in two steps from the same weights",
  async ({ name, side, batch, draws }) => {
    const engine = await openEngine({ device: "onnx" })
    const workload = await workloads[name]!.full(engine)
    const weights = Object.values(workload.players).flatMap(({ variables }) =>
      Object.values(variables).map((variable) => variable.dataSync() as Float32Array),
    )
    const real = uniform(realImages, batch * side * side * 3)
    const random = randomSource(benchSeed, benchStage)
    const feeds = [0, 1].flatMap((step) => [
      real,
      ...draws.map(([draw, shape, how]) => random(draw, shape, how, step)),
    ])
    const bytes = [...weights, ...feeds].map((x) => Buffer.from(x.buffer, x.byteOffset, x.byteLength))
    const folder = mkdtempSync(join(tmpdir(), "torch-peer-"))
    const path = join(folder, "numbers")
    writeFileSync(path, Buffer.concat(bytes))
    const { stdout, stderr } = spawnSync(python!, [script, name, "1", path], { encoding: "utf8" })
    rmSync(folder, { recursive: true })
    expect(stderr).toBe("")
    const { losses } = JSON.parse(stdout) as { losses: [discriminator: number, generator: number][] }

    for (const [step, [discriminator, generator]] of losses.entries()) {
      const ours = await workload.play(step)
      // Absolutely: totals are differences of terms of about 1.
      expect(ours["discriminator/total"]).toBeCloseTo(discriminator, 3)
      expect(ours["generator/total"]).toBeCloseTo(generator, 3)
    }
    workload.dispose()
    engine.dispose()
  },
)
