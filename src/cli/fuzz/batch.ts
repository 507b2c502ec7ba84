// Plays cases of one subject in a process of its own, and tells each on a line of standard output: `batch.ts NAME SEED FROM TO`.
import { mkdirSync, mkdtempSync, rmSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { stream } from "@saddlepoint/engine/random"
import { playCase } from "./playCase.ts"
import { subjects } from "./subjects.ts"

const [name = "", ...numbers] = process.argv.slice(2)
const [seed, from, to] = numbers.map(Number) as [number, number, number]
const folder = mkdtempSync(join(tmpdir(), "saddlepoint-fuzz-"))
const folders = { files: join(folder, "files"), work: join(folder, "work") }
mkdirSync(folders.files)
mkdirSync(folders.work)
process.chdir(folders.work)
for (const name of ["SADDLEPOINT_DATA", "SADDLEPOINT_WEIGHTS"]) delete process.env[name]

const caseOf = await subjects[name]!.open(folders)
writeSync(1, `${"ready"}\n`)
for (let index = from; index < to; index++) {
  const told = await playCase(caseOf(stream(seed, "fuzz", name, index)), folders.work)
  writeSync(1, `${JSON.stringify(told)}\n`)
}
process.chdir(tmpdir())
rmSync(folder, { recursive: true, force: true })
