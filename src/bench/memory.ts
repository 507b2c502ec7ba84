/**
 * Memory over many steps of a workload, by default a tiny DCGAN (16 px, width 8, batch 4): tensors, sessions and resident memory.
 *
 * Run with `npx tsx src/bench/memory.ts [--workload dcgan-tiny] [--steps 10000] [--every 1000] [--engine onnx] [--threads 1] [--json]`.
 */
import { parseArgs } from "node:util"
import { openEngine } from "@saddlepoint/engine/open"
import { workloads } from "./workloads/index.ts"

const { values } = parseArgs({
  options: {
    workload: { type: "string", default: "dcgan-tiny" },
    steps: { type: "string", default: "10000" },
    every: { type: "string", default: "1000" },
    engine: { type: "string", default: "onnx" },
    threads: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
})
const [steps, every] = [Number(values.steps), Number(values.every)]
const recipe = workloads[values.workload]
if (recipe === undefined) {
  throw new Error(
    `Expected a workload out of ${Object.keys(workloads).join(", ")} for --workload, but got "${values.workload}".`,
  )
}
const engine = await openEngine({ device: values.engine, threads: Number(values.threads) })
const workload = await recipe.full(engine)
const rows: { step: number; tensors: number; sessions: number; rssMb: number; heapMb: number }[] = []
const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10

for (let step = 1; step <= steps; step++) {
  await workload.play(step)
  if (step % every !== 0) continue
  const { tensors, sessions } = engine.memory()
  const { rss, heapUsed } = process.memoryUsage()
  const row = { step, tensors, sessions, rssMb: megabytes(rss), heapMb: megabytes(heapUsed) }
  rows.push(row)
  if (!values.json) console.log(row)
}
if (values.json) console.log(JSON.stringify({ engine: engine.identity, replayed: workload.replayed(), rows }))

workload.dispose()
engine.dispose()
