import { train } from "@saddlepoint/core/trainer"
import { openLoader } from "@saddlepoint/datasets/loader"
import { openEngine } from "@saddlepoint/engine/open"
import { openDefinition } from "./definitionFile.ts"

const d = await openDefinition("experiments/patchgan-receptive-field.ts")
const engine = await openEngine({ device: "auto", threads: 1 })
for (const a of d.decode({ profile: "quick", overrides: [] }).arms.filter(a => a.name.endsWith("=16"))) {
  const m = a.build()
  const ds = await m.data.open()
  const cpu: number[] = []
  let last = process.cpuUsage()
  await train({
    stages: m.stages(ds),
    seed: 1,
    steps: 60,
    engine,
    openLoader,
    onStep() {
      const c = process.cpuUsage(last)
      cpu.push((c.user + c.system) / 1000)
      last = process.cpuUsage()
    },
  })
  console.log(
    a.name,
    "cpu median",
    cpu
      .slice(10)
      .sort((x, y) => x - y)[25]!
      .toFixed(1),
    engine.memory(),
  )
}
