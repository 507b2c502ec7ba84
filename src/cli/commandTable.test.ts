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

test("a word that is no command is told with the one that it resembles", async () => {
  const { code, stderr } = await saddlepoint(["pln"], ".")
  expect(code).toBe(2)
  expect(stderr).toContain("plan")
})
