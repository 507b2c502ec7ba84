/**
 * `npm test`: the types and the tests of every workspace, all of them whatever fails, and one summary at the end. Words
 * after `--` go to turbo, e.g. `npm test -- --filter=@saddlepoint/core`. The exit code is 0 when nothing failed.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { countsOf, resultsFile } from "./results.ts"
import { faultsOf, summaryOf, type WorkspaceOutcome } from "./summary.ts"
import { readTurboRun, type TurboTask } from "./turboRun.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly workspaces: readonly string[]
}
const results = (workspace: string) => join(root, workspace, resultsFile)
// Turbo puts the results of what it need not run again back in their place.
for (const workspace of workspaces) rmSync(results(workspace), { force: true })

const runs = join(root, ".turbo", "runs")
const summaries = () => (existsSync(runs) ? readdirSync(runs) : [])
const before = new Set(summaries())
const words = [
  "run",
  "typecheck",
  "test",
  "--continue=dependencies-successful",
  "--summarize",
  "--concurrency=2",
]
const { status } = spawnSync(
  join(root, "node_modules", ".bin", "turbo"),
  [...words, "--ui=stream", "--output-logs=errors-only", ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit", shell: process.platform === "win32" },
)

const written = summaries().find((name) => !before.has(name))
if (written === undefined) {
  console.error(
    `Expected turbo to run the tests, but it ended with code ${status} before; see what it wrote above.`,
  )
  process.exitCode = status || 1
} else {
  const tasks = readTurboRun(join(runs, written))
  rmSync(join(runs, written))
  const outcomes = workspaces.map((workspace) => outcomeOf(workspace, tasks))
  console.log(`\n${summaryOf(outcomes)}`)
  if (status !== 0 || outcomes.some((outcome) => faultsOf(outcome).length > 0)) process.exitCode = 1
}

function outcomeOf(workspace: string, tasks: readonly TurboTask[]): WorkspaceOutcome {
  const mine = tasks.filter(({ directory }) => directory === workspace)
  const path = results(workspace)
  return {
    name: basename(workspace),
    ...(mine.length === 0 ? {} : { typecheck: "not checked" as const }),
    ...Object.fromEntries(mine.map(({ task, exitCode }) => [task, exitCode])),
    ...(existsSync(path) ? { counts: countsOf(readFileSync(path, "utf8")) } : {}),
  }
}
