import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyYaml } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())

const data = "{ use: facades, size: 16, train: 8, validation: 4, test: 4 }"
const net = "{ use: unet, width: 2, depth: 2 }"
place.write(
  "tuned.yaml",
  `
phase: confirm
name: tuned
question: Does the rate matter?
seeds: [1]
compare: { metric: l1, against: [fixed] }
of:
  phase: search
  name: tuned-search
  question: Which rate?
  select: l1
  sampler: { kind: latinHypercube, trials: 2 }
  seeds: [100]
  arms:
    fixed: { role: baseline, use: pix2pix, data: ${data}, generator: ${net}, losses: [{ use: l1 }] }
    tuned:
      role: challenger
      use: pix2pix
      data: ${data}
      generator: ${net}
      losses: [{ use: l1 }]
      optimiser: { use: adam, rate: { search: log, axis: [0.0001, 0.01] } }
  metrics: [{ use: meanAbsoluteError }]
  budget: { steps: 3 }
`,
)

const run = (...words: string[]) => saddlepoint([...words, "--store", "runs", "--json"], place.folder)

test("a confirmation waits for its search; the search chooses on validation images; the confirmation then asks", async () => {
  const early = await run("run", "tuned.yaml")
  expect(early.code).toBe(2)
  expect(early.stderr).toContain("has not chosen yet; run `saddlepoint search` on this file first")

  const searched = await run("search", "tuned.yaml")
  expect(searched.code).toBe(0)
  const choice = JSON.parse(searched.stdout)
  expect(choice.arms.tuned).toMatchObject({ tried: 2, trials: 2, steps: 6, lost: 0 })
  expect(choice.arms.fixed).toMatchObject({ tried: 1, configuration: {} })
  expect(existsSync(join(place.folder, "runs", "tuned-search", "choice.json"))).toBe(true)

  const trials = join(place.folder, "runs", "tuned-search", "trials")
  const verified = await run("verify", readdirSync(trials)[0]!)
  expect(JSON.parse(verified.stdout)).toMatchObject({ outcome: "bitwise", window: { from: 0, to: 3 } })

  const asked = await run("run", "tuned.yaml")
  expect(asked.code).toBe(0)
  const { trials: confirmed, verdicts, report } = JSON.parse(asked.stdout)
  expect(confirmed.map(({ status }: { status: string }) => status)).toEqual(["completed", "completed"])
  expect(verdicts).toHaveLength(1)
  const page = readFileSync(join(place.folder, report), "utf8")
  expect(page).toContain("The search tuned-search chose each arm")

  const again = await run("search", "tuned.yaml")
  expect(JSON.parse(again.stdout)).toEqual(choice)
})

test("a search is not run, and an experiment is not searched", async () => {
  place.write(
    "alone.yaml",
    tinyYaml()
      .replace("compare:", "phase: search\nselect:")
      .replace("{ metric: psnr, against: [l1] }", "psnr"),
  )
  const ran = await run("run", "alone.yaml")
  expect(ran).toMatchObject({ code: 2, stdout: "" })
  expect(ran.stderr).toContain("play it with `saddlepoint search`")
  place.write("tiny.yaml", tinyYaml())
  const searched = await run("search", "tiny.yaml")
  expect(searched).toMatchObject({ code: 2, stdout: "" })
  expect(searched.stderr).toContain("play it with `saddlepoint run`")
})

test("wrong numbers are sentences, and nothing is written", async () => {
  const calls: readonly (readonly [string[], string])[] = [
    [["--budget", "0"], "Expected hours above 0 for --budget but got 0."],
    [["--stall", "-1"], "Expected seconds above 0 for --stall but got -1."],
  ]
  for (const [words, sentence] of calls) {
    const { code, stderr } = await saddlepoint(
      ["run", "tuned.yaml", "--store", "runs", ...words],
      place.folder,
    )
    expect(code).toBe(2)
    expect(stderr).toContain(sentence)
  }
})
