/**
 * The process that plays one workload on one engine: `player.ts WORKLOAD ENGINE THREADS [--profile]`. It says `Ready`
 * as a line of JSON once steps are replayed, then answers each line `play SECONDS` with a `Round`, and `end` with a
 * `Farewell`.
 */
import { createInterface } from "node:readline"
import type { Engine } from "@saddlepoint/engine/engine"
import { OnnxBackend } from "@saddlepoint/engine/onnx/backend"
import { openEngine } from "@saddlepoint/engine/open"
import * as tf from "@saddlepoint/engine/tf"
import type { Farewell, Ready, Round } from "./contestant.ts"
import { countOperations } from "./countOperations.ts"
import { matmulPeak } from "./matmulPeak.ts"
import { watchRuntime } from "./watchedRuntime.ts"
import { workloads } from "./workloads/index.ts"

const [name, device, threads, profiled] = process.argv.slice(2) as [string, string, string, string?]
const watch = await watchRuntime(profiled === "--profile")
const engine = await openEngine({ device, threads: Number(threads) })
const say = (message: Ready | Round | Farewell) => console.log(JSON.stringify(message))

const workload = await workloads[name]!.full(engine)

let played = 0
let losses: readonly number[] = []
async function step(): Promise<{ ms: number; hostMs: number }> {
  const before = watch?.runMs ?? 0
  const start = performance.now()
  losses = Object.values(await workload.play(played++))
  const ms = performance.now() - start
  return { ms, hostMs: ms - ((watch?.runMs ?? 0) - before) }
}

const { compileMs, operations } = await warmUp(engine)
say({
  identity: engine.identity,
  tensorflow: tf.version.tfjs,
  parameters: workload.parameters,
  ...(operations > 0 && { gflopPerStep: operations / 1e9 }),
  compileMs,
})

for await (const line of createInterface({ input: process.stdin })) {
  const [command, seconds] = line.split(" ")
  if (command === "play") say(await round(Number(seconds)))
  else break
}
const rssMb = process.resourceUsage().maxRSS / 1024
const operators = watch !== undefined && profiled === "--profile" ? watch.profile() : []
const { fallbacks } = engine.memory()
say({ rssMb, operators, fallbacks, peakGflops: matmulPeak(engine, device === "js" ? 3 : 25) })
engine.dispose()

/**
 * Plays until a step runs no body. Steps that do are recording, lowering and compiling: all their time outside
 * ONNX Runtime's run is the price of compilation.
 */
async function warmUp(engine: Engine): Promise<{ compileMs: number; operations: number }> {
  const backend = tf.backend()
  let operations = 0
  if (backend instanceof OnnxBackend) {
    backend.flush()
    backend.onTrace = (trace) => {
      operations += countOperations(trace)
    }
  }
  let compileMs = 0
  const limit = engine.identity.name === "js" ? 1 : 6
  for (let i = 0; i < limit; i++) {
    const counted = operations
    operations = 0
    const { hostMs } = await step()
    if (workload.replayed()) {
      operations = counted
      break
    }
    compileMs += hostMs
  }
  if (backend instanceof OnnxBackend) backend.onTrace = undefined
  return { compileMs, operations }
}

/** Steps for about so many seconds, after one that warms the caches, three at least. */
async function round(seconds: number): Promise<Round> {
  await step()
  const end = performance.now() + seconds * 1000
  const steps: { ms: number; hostMs: number }[] = []
  while (steps.length < 3 || performance.now() < end) steps.push(await step())
  return { ms: steps.map(({ ms }) => ms), hostMs: steps.map(({ hostMs }) => hostMs), losses }
}
