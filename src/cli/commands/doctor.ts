import { existsSync, readdirSync } from "node:fs"
import { availableParallelism, totalmem } from "node:os"
import { availability } from "@saddlepoint/engine/availability"
import type { Availability, EngineIdentity } from "@saddlepoint/engine/engine"
import { unrecordedKernels } from "@saddlepoint/engine/onnx/unrecorded"
import { openEngine } from "@saddlepoint/engine/open"
import { probeSpeed, type SpeedProbe } from "@saddlepoint/engine/speedProbe"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { attempt } from "../exit.ts"
import { json } from "../flags.ts"
import { say } from "../say.ts"

export const doctor = Command.make(
  "doctor",
  { json },
  Effect.fn(function* (options) {
    const report = yield* attempt(examine)
    yield* say(options.json ? JSON.stringify(report) : textOf(report))
  }),
).pipe(Command.withDescription("Show what would run where, how fast, and why not"))

async function examine(): Promise<Report> {
  const engines = await availability()
  const engine = await openEngine()
  try {
    return {
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      engines,
      auto: engine.identity,
      speed: await probeSpeed(engine),
      cpuKernels: engine.identity.name === "onnx" ? unrecordedKernels() : [],
      data: dataFolder(),
    }
  } finally {
    engine.dispose()
  }
}

function dataFolder(): { folder: string; available: boolean; reason: string } {
  const folder = process.env.SADDLEPOINT_DATA ?? ""
  if (folder === "") {
    const reason = "SADDLEPOINT_DATA is not set; set it to a folder of data sets to use the real ones."
    return { folder, available: false, reason }
  }
  if (!existsSync(folder)) {
    return { folder, available: false, reason: `SADDLEPOINT_DATA is ${folder}, but there is no such folder.` }
  }
  return { folder, available: true, reason: `holds ${readdirSync(folder).join(", ")}` }
}

interface Report {
  readonly node: string
  readonly platform: string
  readonly cores: number
  readonly memoryGiB: number
  readonly engines: readonly Availability[]
  /** What `--device auto` takes. */
  readonly auto: EngineIdentity
  readonly speed: SpeedProbe
  /** TensorFlow.js kernels that the engine taken always runs in TensorFlow.js's CPU code. */
  readonly cpuKernels: readonly string[]
  readonly data: { readonly folder: string; readonly available: boolean; readonly reason: string }
}

function textOf({
  node,
  platform,
  cores,
  memoryGiB,
  engines,
  auto,
  speed,
  cpuKernels,
  data,
}: Report): string {
  const mark = (available: boolean) => (available ? "ok" : "--")
  const fallbacks = Object.entries(speed.fallbacks).map(([name, calls]) => `${name} ${calls}`)
  return [
    `Node ${node} on ${platform}, ${cores} cores, ${memoryGiB} GiB`,
    "",
    "Engines",
    ...engines.map((e) => `  ${mark(e.available)} ${e.name.padEnd(11)} ${e.reason || describe(e.identity!)}`),
    `  --device auto takes ${auto.name}, ${auto.threads} thread per trial: ${speed.gflops.toPrecision(3)} GFLOP/s ` +
      `in matrix products, ${speed.stepMs.toPrecision(3)} ms for a small training step`,
    `  that step fell back to JavaScript for: ${fallbacks.join(", ") || "nothing"}`,
    ...(cpuKernels.length === 0 ? [] : [`  kernels that always do: ${cpuKernels.join(", ")}`]),
    "",
    "Data",
    `  ${mark(data.available)} ${data.folder} ${data.reason}`.trimEnd(),
  ].join("\n")
}

function describe({ version, device, adapter }: EngineIdentity): string {
  return `${version}, on the ${device.toUpperCase()}${adapter === undefined ? "" : ` (${adapter})`}`
}
