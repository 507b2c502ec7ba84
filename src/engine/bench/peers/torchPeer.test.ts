import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"
import { openEngine } from "../../open.ts"
import * as tf from "../../tf.ts"
import { benchmarkSources } from "../networks/adam.ts"
import { workloads } from "../workloads/index.ts"
import { disposeWorkload } from "../workloads/workload.ts"
import { findPython } from "./findPython.ts"

const script = fileURLToPath(new URL("./torch_peer.py", import.meta.url))

function pythonWithTorch(): string | undefined {
  try {
    return findPython(undefined)
  } catch {
    return undefined
  }
}

const python = pythonWithTorch()
if (python === undefined) console.log("Skipped: no Python with PyTorch; give one in SADDLEPOINT_PYTHON.")

// Those whose feeds are images in both, without dropout.
test.skipIf(python === undefined).each(["dcgan-tiny", "wgan-gp-32"])(
  "%s gives PyTorch's losses in two steps from the same weights",
  async (name) => {
    const engine = await openEngine({ device: "onnx" })
    const workload = workloads[name]!.full()
    const weights = workload.tensors.filter((tensor) => tensor instanceof tf.Variable && tensor.trainable)
    const numbers = [...weights, ...Object.values(workload.feeds)].map(
      (tensor) => tensor.dataSync() as Float32Array,
    )
    const folder = mkdtempSync(join(tmpdir(), "torch-peer-"))
    const path = join(folder, "numbers")
    writeFileSync(path, Buffer.concat(numbers.map((x) => Buffer.from(x.buffer, x.byteOffset, x.byteLength))))
    const { stdout, stderr } = spawnSync(python!, [script, name, "1", path], { encoding: "utf8" })
    rmSync(folder, { recursive: true })
    expect(stderr).toBe("")
    const { losses } = JSON.parse(stdout) as { losses: number[][] }

    const compiled = engine.compile(workload.body, benchmarkSources)
    for (const [step, expected] of losses.entries()) {
      const reported = compiled.play(workload.feeds, step)
      Object.values(reported).forEach((loss, i) => {
        expect(loss.dataSync()[0]! / expected[i]!).toBeCloseTo(1, 3)
      })
      tf.dispose(reported)
    }
    disposeWorkload(workload)
    engine.dispose()
  },
)
