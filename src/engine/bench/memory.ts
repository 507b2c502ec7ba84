/**
 * Memory over many steps of a tiny DCGAN (16 px, width 8, batch 4): tensors, sessions and resident memory.
 *
 * Run with `npx tsx src/engine/bench/memory.ts [--steps 10000] [--every 1000] [--engine onnx] [--threads 1] [--json]`.
 */
import { parseArgs } from "node:util"
import { openEngine } from "../open.ts"
import { gameSources } from "../testing/game.ts"
import { tinyDcgan } from "../testing/tinyDcgan.ts"
import { dispose } from "../tf.ts"

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "10000" },
    every: { type: "string", default: "1000" },
    engine: { type: "string", default: "onnx" },
    threads: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
})
const [steps, every] = [Number(values.steps), Number(values.every)]
const engine = await openEngine({ device: values.engine, threads: Number(values.threads) })
const game = tinyDcgan()
const compiled = engine.compile(game.body, gameSources)
const rows: { step: number; tensors: number; sessions: number; rssMb: number; heapMb: number }[] = []
const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10

for (let step = 1; step <= steps; step++) {
  const feeds = game.feeds(step)
  dispose([feeds, compiled.play(feeds, step)])
  if (step % every !== 0) continue
  const { tensors, sessions } = engine.memory()
  const { rss, heapUsed } = process.memoryUsage()
  const row = { step, tensors, sessions, rssMb: megabytes(rss), heapMb: megabytes(heapUsed) }
  rows.push(row)
  if (!values.json) console.log(row)
}
if (values.json)
  console.log(JSON.stringify({ engine: engine.identity, mode: compiled.mode, reason: compiled.reason, rows }))

compiled.dispose()
dispose([...game.variables])
engine.dispose()
