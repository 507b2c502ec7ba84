import { spawn } from "node:child_process"
import { existsSync, openSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { afterAll, expect, test } from "vitest"
import { temporaryFolder, tinyYaml } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
place.write("tiny.yaml", tinyYaml())

const entry = fileURLToPath(new URL("./saddlepoint.mjs", import.meta.url))
const words = [entry, "plan", "tiny.yaml", "--json", "--device", "cpu"]

/** Plays the command with this standard output. */
async function planned(stdout: "pipe" | number) {
  const child = spawn(process.execPath, words, { cwd: place.folder, stdio: ["ignore", stdout, "pipe"] })
  // A reader that is gone before anything is said.
  child.stdout?.destroy()
  let stderr = ""
  child.stderr!.on("data", (text) => {
    stderr += text
  })
  const code = await new Promise((done) => child.on("close", done))
  return { code, stderr }
}

test("a reader that leaves early is no error, and gets no stack", async () => {
  expect(await planned("pipe")).toEqual({ code: 0, stderr: "" })
})

test.runIf(existsSync("/dev/full"))(
  "a full disk under the output is one sentence and exit code 1",
  async () => {
    const { code, stderr } = await planned(openSync("/dev/full", "w"))
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Expected to write what there is to say, but got: ENOSPC.+\n$/)
  },
)
