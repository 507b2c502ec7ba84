/**
 * Simulates what the verdicts' rule says of scores whose truth is known: `npm run studies -w metrics -- --json`, or
 * `--markdown` for the tables of README.md; `--repetitions N` for another number than 2,000.
 */
import { parseArgs } from "node:util"
import { simulate } from "./studies.ts"
import { tables } from "./tables.ts"

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    repetitions: { type: "string", default: "2000" },
  },
})
const repetitions = Number(values.repetitions)
if (!Number.isInteger(repetitions) || repetitions < 1 || values.json === values.markdown) {
  console.error(
    `Expected --json or --markdown, and a whole number of repetitions, but got ${process.argv.slice(2).join(" ") || "nothing"}.`,
  )
  process.exitCode = 2
} else {
  const studies = simulate(repetitions)
  console.log(values.json ? JSON.stringify(studies) : tables(studies))
}
