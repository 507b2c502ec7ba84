import { expect, test } from "vitest"
import { saddlepoint } from "./testing/saddlepoint.ts"

const commands = ["plan", "run", "report", "verify", "laws", "doctor"]

test("help names every command, and loads none of them", async () => {
  const { code, stdout } = await saddlepoint(["--help"], ".")
  expect(code).toBe(0)
  for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name} +\\w`, "m"))
})

test("the help of a command shows its flags, and completions know the flags of all", async () => {
  const [help, completions] = await Promise.all([
    saddlepoint(["plan", "--help"], "."),
    saddlepoint(["--completions", "bash"], "."),
  ])
  expect(help.stdout).toContain("--probe")
  expect(completions.stdout).toContain("--probe")
  expect(completions.stdout).toContain("--tolerance")
})

test.each([
  [["pln"], "Unknown command pln; did you mean plan? `saddlepoint --help` lists them.\n"],
  [["frobnicate"], "Unknown command frobnicate; `saddlepoint --help` lists them.\n"],
  [
    ["datasets", "pul", "mnist"],
    "Unknown command pul of datasets; did you mean pull? `saddlepoint datasets --help` lists them.\n",
  ],
  [
    ["run", "a.ts", "--profil", "quick"],
    "Unknown flag --profil of run; did you mean --profile? `saddlepoint run --help` lists them.\n",
  ],
  [["run"], "Missing required argument: file; `saddlepoint run --help` tells what it takes.\n"],
])("%j is one line on standard error and exit code 2", async (words, line) => {
  expect(await saddlepoint(words, ".")).toEqual({ code: 2, stdout: "", stderr: line })
})

test("a call without a command is shown the help", async () => {
  const { code, stdout } = await saddlepoint([], ".")
  expect(code).toBe(0)
  expect(stdout).toContain("SUBCOMMANDS")
})
