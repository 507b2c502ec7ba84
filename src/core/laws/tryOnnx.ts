import { openEngine } from "@saddlepoint/engine/open"
import * as tf from "@saddlepoint/engine/tf"
import { lossesToCheck } from "../losses/catalogue.ts"
import { checkLaws } from "./checkLaws.ts"

const engine = await openEngine({ device: "cpu", threads: 1 } as any)
console.log(tf.getBackend())
for (const t of lossesToCheck) {
  const at = performance.now()
  const r = checkLaws([t], { runs: Number(process.argv[2] ?? 20), seed: Number(process.argv[3] ?? 1) })
  for (const c of r.checked) {
    console.log(c.name, c.laws.map((l) => l.law + ":" + l.status[0]).join(" "))
    for (const l of c.laws) if (l.status === "failed") console.log(JSON.stringify(l))
  }
  console.log(Math.round(performance.now() - at), "ms", tf.memory().numTensors)
}
console.log(engine.memory())
