import { openEngine } from "@saddlepoint/engine"
import { test } from "vitest"
import { losses } from "../../losses/catalogue.ts"
import { checkLaws } from "../checkLaws.ts"
import { soundLosses } from "./testing/soundLosses.ts"
test("seeds", async () => {
  await openEngine({ device: "js" })
  for (const seed of process.env.SEEDS!.split(",").map(Number)) {
    const t = process.cpuUsage()
    const { checked } = await checkLaws([...losses, ...Object.values(soundLosses)], { seed })
    for (const { name, laws } of checked) for (const law of laws) if (law.status === "failed") console.log(seed, name, JSON.stringify(law))
    console.log("seed", seed, process.cpuUsage(t).user / 1e6)
  }
}, 3600000)
