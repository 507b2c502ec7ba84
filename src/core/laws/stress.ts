import * as tf from "@saddlepoint/engine/tf"
import { lossesToCheck } from "../losses/catalogue.ts"
import { checkLaws } from "./checkLaws.ts"
await tf.setBackend("cpu")
const at = performance.now()
for (let seed = 1; seed <= 12; seed++) {
  const r = checkLaws(lossesToCheck, { runs: 200, seed })
  for (const c of r.checked) for (const l of c.laws) if (l.status==="failed") console.log(c.name, JSON.stringify(l))
}
console.log(Math.round(performance.now() - at), "ms", tf.memory().numTensors)
