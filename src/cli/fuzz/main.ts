// `npm run fuzz -- --definitions 100000 --weights 10000 --images 10000 --commands 200 --seed 1 --json`: what users give, damaged; all of it must end in use or in a sentence. With --json a line for each.
import { parseArgs } from "node:util"
import { tallyInWords } from "./tally.ts"
import { watchCases } from "./watch.ts"

const { values } = parseArgs({
  options: {
    definitions: { type: "string", default: "2000" },
    weights: { type: "string", default: "2000" },
    images: { type: "string", default: "1000" },
    commands: { type: "string", default: "20" },
    /** The number of the first case of each, to play one again. */
    from: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
})
const [seed, from] = [Number(values.seed), Number(values.from)]

for (const name of ["definitions", "weights", "images", "commands"] as const) {
  const cases = Number(values[name])
  if (cases === 0) continue
  const tell = (sentence: string) => console.error(sentence)
  const tally = await watchCases({ name, seed, from, to: from + cases }, (so) => tell(tallyInWords(name, so)))
  for (const flaw of tally.flaws) tell(`${name}, ${flaw}`)
  if (tally.flaws.length > 0) process.exitCode = 1
  console.log(values.json ? JSON.stringify({ name, seed, from, ...tally }) : tallyInWords(name, tally))
}
