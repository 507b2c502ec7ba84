/** `npm run conformance -- --engine NAME [--json] [--filter TEXT]`: TensorFlow.js's own tests on one engine. */
import { parseArgs } from "node:util"
import { exclusionsOf } from "./exclusions/index.ts"
import { conformanceReport, readableReport } from "./report.ts"
import { runSuite } from "./runSuite.ts"

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "onnx" },
    filter: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  },
})
const { engine: device, filter, json } = values

try {
  const run = await runSuite({ device, filter })
  const report = conformanceReport(run, exclusionsOf(run.engine), filter)
  console.log(json ? JSON.stringify(report, undefined, 2) : readableReport(report))
  process.exitCode = report.failed === 0 ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
