/**
 * `npm run bench [-- --workload NAME,... --engine NAME,... --threads 1,2 --rounds N --seconds S --peer torch
 * --python PATH --profile --json]`: milliseconds per training step. Run it on an idle machine.
 */
import { duel, type Result } from "./duel.ts"
import { benchOptions } from "./options.ts"
import { findPython } from "./peers/findPython.ts"
import { machineFacts, table } from "./table.ts"

const options = benchOptions(process.argv.slice(2))
const python = options.peer === undefined ? undefined : findPython(options.python)
const { rounds, seconds, profile } = options

const results: Result[] = []
for (const workload of options.workloads) {
  for (const engine of options.engines) {
    for (const threads of options.threads) {
      console.error(`${workload} on ${engine} with ${threads} thread(s) ...`)
      results.push(await duel({ workload, engine, threads, rounds, seconds, python, profile }))
    }
  }
}

if (options.json) {
  const operators = (result: Result) => (profile ? { operators: result.operators } : {})
  const rows = results.map((result) => ({ ...result.row, ...operators(result) }))
  console.log(JSON.stringify(rows, undefined, 2))
} else {
  console.log(`${table(results)}\n\n${machineFacts(results)}`)
}
