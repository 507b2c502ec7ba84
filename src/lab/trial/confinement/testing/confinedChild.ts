import fs from "node:fs"
import { Session } from "node:inspector"
import { join } from "node:path"
import { runInNewContext } from "node:vm"
import type { TrialRequest } from "../../../contracts/trialRequest.ts"
import { describeMachine } from "../../../store/execution/machine.ts"
import { closeFiles } from "../closedFiles.ts"
import { confine } from "../confine.ts"

/** What was tried, and how it ended. */
export type Tried = Readonly<Record<string, string>>

/** A process that confines itself, tries everything that a cheat may, and tells how each ended. Its argument is a folder: see the test. */
const place = process.argv[2]!
const inside = (...names: string[]) => join(place, ...names)
const request = {
  mode: "play",
  attempt: 2,
  store: inside("store"),
  experiment: "x",
  trial: { id: "t" },
  definition: inside("project", "experiments", "one.ts"),
  plugins: [],
  judgingPlugins: [],
} as unknown as TrialRequest

process.chdir(place)
const { reach } = confine(request)
closeFiles({ closed: [inside("project", "images", "target")] })
const tried: Record<string, string> = {}

async function attempt(name: string, action: () => unknown): Promise<void> {
  try {
    const got = await action()
    const shown = name.startsWith("a temporary") ? typeof got : got
    tried[name] = `got ${typeof shown === "string" ? shown : typeof shown}`
  } catch (error) {
    const { name: kind, message, cause } = error as Error
    const why = cause instanceof Error ? cause : { name: kind, message }
    tried[name] = `${why.name}: ${why.message}`
  }
}

const closed = inside("data", "labels.json")
const asking = new Set(["access", "exists", "stat", "lstat", "statfs", "realpath", "readlink"])
for (const [where, functions] of [
  ["fs", fs],
  ["fs.promises", fs.promises],
] as const) {
  for (const [name, member] of Object.entries(functions)) {
    if (typeof member !== "function" || /^[A-Z_]/.test(name) || asking.has(name.replace(/Sync$/, "")))
      continue
    await attempt(`${where}.${name}`, () => member(closed, closed, () => {}))
  }
}
const read = (path: string | URL | Buffer) => () => fs.readFileSync(path, "utf8")
await attempt("by address", read(new URL(`file://${closed}`)))
await attempt("by bytes", read(Buffer.from(closed)))
await attempt("by a way round", read(inside("project", "..", "data", "labels.json")))
await attempt("relative", read("data/labels.json"))
await attempt("by a link", read(inside("project", "link")))
await attempt("of another trial", read(inside("store", "x", "trials", "other", "answers.json")))
await attempt(
  "of another attempt",
  read(inside("store", "x", "trials", "t", "attempts", "1", "answers.json")),
)
await attempt("elsewhere", read(inside("elsewhere", "labels.json")))
await attempt("moved out", () => fs.renameSync(inside("data"), inside("project", "data")))
await attempt("linked out", () => fs.symlinkSync(inside("data"), inside("project", "data")))
await attempt("of another binding", () =>
  (process as unknown as { binding(name: string): unknown }).binding("fs"),
)
await attempt("by another import", async () => (await import("node:fs")).readFileSync(closed, "utf8"))

await attempt("by what looks like an address", () => {
  const address = { href: `file://${closed}`, protocol: "file:", hostname: "", pathname: closed }
  return fs.readFileSync(address as URL, "utf8")
})
await attempt("by bytes of another realm", () => {
  const { from } = runInNewContext("Uint8Array") as Uint8ArrayConstructor
  return fs.readFileSync(from.call(runInNewContext("Uint8Array"), Buffer.from(closed)) as Buffer, "utf8")
})
await attempt("from another folder, meanwhile", () => {
  process.chdir(inside("data"))
  const reading = fs.promises.readFile("labels.json", "utf8")
  process.chdir(place)
  return reading
})
await attempt("with the folder above it, moved", () =>
  fs.renameSync(inside("project", "images"), inside("project", "others")),
)
await attempt("with the folder above it, listed", () =>
  String(fs.readdirSync(inside("project", "images"), { recursive: true })),
)
await attempt("of the process above", read(`/proc/${process.ppid}/environ`))
await attempt("as an environment", () =>
  (process as unknown as { loadEnvFile(path: string): unknown }).loadEnvFile(closed),
)
await attempt("a temporary folder beside it", () => fs.mkdtempSync(inside("project", "made-")))

await attempt("the machine", () => describeMachine().instructions)
await attempt("own attempt", read(inside("store", "x", "trials", "t", "attempts", "2", "state.json")))
await attempt("own project", read(inside("project", "words.json")))
await attempt("whether it is there", () => String(fs.existsSync(closed)))
await attempt("by right", () => reach(read(closed)))
await attempt("by right, later", () =>
  reach(async () => {
    await new Promise((go) => setTimeout(go, 1))
    return read(closed)()
  }),
)

const { execSync, fork, spawn } = await import("node:child_process")
const { Worker } = await import("node:worker_threads")
const { connect } = await import("node:net")
const { createSocket } = await import("node:dgram")
await attempt("fetch", () => fetch("http://127.0.0.1:8437/"))
await attempt("a socket", () => connect(9, "127.0.0.1"))
await attempt("a datagram", () => createSocket("udp4").send("x", 9, "127.0.0.1"))
await attempt("a process", () => spawn("ls"))
await attempt("a process of Node", () => fork(closed))
await attempt("a shell", () => execSync("ls"))
await attempt("a thread", () => new Worker("", { eval: true }))
await attempt("an inspector", () => new Session().connect())
await attempt("a process, by right", () => reach(() => String(execSync("echo 1")).trim()))
await attempt("the way out again", async () =>
  (await import("@saddlepoint/core/contracts/dataDoor")).closeData(),
)

process.stdout.write(JSON.stringify(tried satisfies Tried), () => process.exit(0))
