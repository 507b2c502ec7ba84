import { evaluate } from "@saddlepoint/core/evaluate"
import { train, untrainedPlayers } from "@saddlepoint/core/trainer"
import { openLoader } from "@saddlepoint/datasets/loader"
import { openEngine } from "@saddlepoint/engine/open"
import { openDefinition } from "./definitionFile.ts"

const t0 = performance.now()
const lap = (() => {
  let t = t0
  return (n: string) => {
    const x = performance.now()
    console.log(n, (x - t).toFixed(0), "ms")
    t = x
  }
})()
const d = await openDefinition("experiments/patchgan-receptive-field.ts")
lap("load")
const e = d.decode({ profile: "quick", overrides: [] })
lap("decode")
const engine = await openEngine({ device: "auto", threads: 1 })
lap("engine")
const arm = e.arms.find((a) => a.name.endsWith("=16"))!
const m = arm.build()
const ds = await m.data.open()
lap("open")
const times: number[] = []
let last = performance.now()
const out = await train({
  stages: m.stages(ds),
  seed: 1,
  steps: 120,
  engine,
  openLoader,
  onStep() {
    const n = performance.now()
    times.push(n - last)
    last = n
  },
})
lap("train 120")
console.log(
  "first5",
  times.slice(0, 5).map((x) => x.toFixed(0)),
  "median",
  [...times].sort((a, b) => a - b)[60]!.toFixed(1),
  engine.memory(),
  "leaked",
  out.leaked,
)
const metrics = e.metrics.map((x) => x.build())
for (const metric of metrics) {
  const judges = Object.fromEntries(
    Object.entries(metric.judges).map(([n, j]) => [
      n,
      { player: untrainedPlayers(j.stages(ds), j.seed, j.steps)[j.player]!, digest: "x" },
    ]),
  )
  lap("judge " + metric.name)
  await evaluate({
    method: m,
    players: out.players,
    dataset: ds,
    datasetDigest: "d",
    metrics: [{ metric, judges }],
    engine,
    seed: 1,
  }).catch((x) => console.log(String(x)))
  lap("evaluate " + metric.name)
}
await evaluate({
  method: m,
  players: out.players,
  dataset: ds,
  datasetDigest: "d",
  metrics: [],
  engine,
  seed: 1,
})
lap("evaluate none")
console.log(engine.memory())
