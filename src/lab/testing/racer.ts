// Plays many trials as fast as it can, against another process that does the same; prints which ones it published.
import { existsSync, writeFileSync } from "node:fs"
import { anAttempt, aResult, aTrial } from "./plan.ts"

const [store = "", me = "", other = "", trials = "0", links = "yes"] = process.argv.slice(2)
const link = links === "yes" ? undefined : refuseLink
function refuseLink(): never {
  throw Object.assign(new Error("no links here"), { code: "EPERM" })
}

const published: number[] = []
for (let seed = 0; seed < Number(trials); seed += 1) {
  const trial = aTrial("race", seed)
  const attempt = anAttempt(store, trial, link === undefined ? {} : { link })
  // Meets the other one just before publishing.
  writeFileSync(`${store}/${me}.${seed}`, "")
  while (!existsSync(`${store}/${other}.${seed}`));
  if (attempt.finish(aResult(trial, { seconds: process.pid })).published) published.push(seed)
}
console.log(JSON.stringify({ pid: process.pid, published }))
