import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { sealed } from "@saddlepoint/lab/store/files/sealed"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, start, temporaryFolder, tinyExperiment } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
const definition = tinyExperiment((text) => text.replace("steps: 3", "steps: 100"))
place.write("tiny.ts", definition)

interface TrialOutput {
  readonly id: string
  readonly arm: string
  readonly weightsSha256: string
  readonly metrics: Readonly<Record<string, { readonly value: number; readonly identity: object }>>
}

const run = async (store: string, ...more: string[]) => {
  const { stdout } = await saddlepoint(["run", "tiny.ts", "--store", store, "--json", ...more], place.folder)
  return JSON.parse(stdout) as { readonly [kind in "trials" | "controls"]: readonly TrialOutput[] }
}

interface Attestation {
  readonly trial: string
  readonly outcome: string
  readonly sentence: string
  readonly firstDifference: { readonly step: number; readonly name: string } | null
  readonly maxDifference: number
  readonly window: { readonly from: number; readonly to: number }
}

const verify = async (trial: string, ...more: string[]) => {
  const { stdout, code, stderr } = await saddlepoint(
    ["verify", trial, "--store", "disturbed", "--json", ...more],
    place.folder,
  )
  return { code, stderr, ...(JSON.parse(stdout) as Attestation) }
}

const attempts = (id: string) => join(place.folder, "disturbed", "tiny", "trials", id, "attempts")
const newestAttempt = (id: string) => join(attempts(id), readdirSync(attempts(id)).sort().at(-1)!)

let trials: readonly TrialOutput[]
let [disturbed, undisturbed]: Awaited<ReturnType<typeof run>>[] = []

/** Kills a run in the middle of its learned arm, once it has checkpoints, then runs it to its end. */
beforeAll(async () => {
  const words = ["run", "tiny.ts", "--store", "disturbed", "--workers", "1", "--checkpoint-seconds", "0"]
  const { child, ended } = start(words, place.folder)
  const checkpoints = () => {
    const folder = join(place.folder, "disturbed", "tiny", "trials")
    if (!existsSync(folder)) return 0
    return readdirSync(folder).flatMap((id) => {
      const first = join(folder, id, "attempts", "1")
      const unfinished = !existsSync(join(first, "result.json")) && existsSync(join(first, "checkpoints"))
      return unfinished ? readdirSync(join(first, "checkpoints")) : []
    }).length
  }
  while (checkpoints() < 2) await sleep(20)
  child.kill("SIGKILL")
  await ended
  disturbed = await run("disturbed", "--checkpoint-seconds", "0.2")
  undisturbed = await run("undisturbed")
  trials = disturbed.trials
})

test("a run that was killed goes on from its checkpoints, plays nothing else again, and ends with the bits of an undisturbed one", () => {
  const manifests = trials.map(({ id }) =>
    JSON.parse(readFileSync(join(newestAttempt(id), "manifest.json"), "utf8")),
  )
  expect(manifests.filter(({ parent }) => parent !== undefined)).toHaveLength(1)
  const played = [...disturbed!.controls, ...trials].map(({ id }) => readdirSync(attempts(id)).length)
  expect(played.sort()).toEqual([1, 1, 1, 1, 2])
  const bits = (all: readonly TrialOutput[]) =>
    all.map(({ id, weightsSha256, metrics }) => ({ id, weightsSha256, metrics }))
  for (const kind of ["controls", "trials"] as const) {
    expect(bits(disturbed![kind])).toEqual(bits(undisturbed![kind]))
  }
  const steps = (store: string, { id }: TrialOutput) => {
    const folder = join(place.folder, store, "tiny", "trials", id, "attempts")
    const text = readFileSync(join(folder, readdirSync(folder).sort().at(-1)!, "journal.jsonl"), "utf8")
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
    return lines.filter(({ event }) => event === "step").map(({ step, chain }) => `${step} ${chain}`)
  }
  for (const trial of trials) expect(steps("disturbed", trial)).toEqual(steps("undisturbed", trial))
})

test.each([
  ["SIGUSR1", 100_000],
  ["SIGHUP", 200_000],
] as const)(
  "a run that is asked to leave by %s checkpoints its trials, says so, and is shown as stopped",
  async (signal, budget) => {
    // In the store that has the controls.
    const words = [
      "run",
      "tiny.ts",
      "--store",
      "undisturbed",
      "--set",
      `budget.steps=${budget}`,
      "--workers",
      "1",
    ]
    const { child, ended } = start(words, place.folder)
    const folder = join(place.folder, "undisturbed", "tiny", "trials")
    const finished = new Set(readdirSync(folder))
    const journal = () => {
      const ids = readdirSync(folder).filter((id) => !finished.has(id))
      return ids.map((id) => join(folder, id, "attempts", "1", "journal.jsonl")).filter(existsSync)
    }
    const steps = () =>
      journal().some((file) => readFileSync(file, "utf8").split('"event":"step"').length > 50)
    while (!steps()) await sleep(20)
    child.kill(signal)
    const { stderr } = await ended
    expect(stderr).toContain("trials that are playing write a checkpoint and leave. Run again to go on.")
    const { stdout } = await saddlepoint(["status", "tiny", "--store", "undisturbed", "--json"], place.folder)
    const [status] = JSON.parse(stdout).experiments ?? JSON.parse(stdout)
    // With the one of the signal before.
    expect(status.counts.stopped).toBe(budget / 100_000)
  },
)

test("a finished trial of every arm, resumed or not, gives the same bits again", async () => {
  for (const { id } of trials) {
    const whole = await verify(id)
    expect(whole).toMatchObject({
      code: 0,
      trial: id,
      outcome: "bitwise",
      firstDifference: null,
      maxDifference: 0,
      window: { from: 0, to: 100 },
    })
  }
})

test("a window gives the same bits again; other code is named as a difference, and no blame where the bits are the same", async () => {
  place.write("tiny.ts", `// another comment\n${definition}`)
  const { outcome, sentence, window } = await verify(trials[0]!.id.slice(0, 8), "--window", "10")
  place.write("tiny.ts", definition)
  expect(outcome).toBe("bitwise")
  expect(sentence).toMatch(/although code was [0-9a-f]{16} and is [0-9a-f]{16}/)
  expect(window.from).toBeGreaterThan(0)
  expect(window.to).toBe(Math.min(100, window.from + 10))
  expect(readdirSync(join(attempts(trials[0]!.id), "..", "attestations"))).toEqual(["1.json", "2.json"])
})

const fileOf = (id: string, place: "results" | "evaluations") => {
  const folder = join(attempts(id), "..", place)
  return join(folder, readdirSync(folder)[0]!)
}
const edit = (file: string, change: (text: string) => string) => {
  const before = readFileSync(file, "utf8")
  writeFileSync(file, change(before))
  return () => writeFileSync(file, before)
}

test("a window that plays nothing and a tolerance that is none are refused", async () => {
  for (const flag of ["--window=0", "--window=-3", "--tolerance=small", "--tolerance=fid=-1"]) {
    const words = ["verify", trials[0]!.id, "--store", "disturbed", flag]
    const { code, stderr } = await saddlepoint(words, place.folder)
    expect([flag, code]).toEqual([flag, 2])
    expect(stderr).toMatch(/^Expected --(?:window|tolerance) to be .* but got .*\.\n$/)
  }
})

test("a metric that was edited by less than 1e-4 beside an edited comment in the definition is found", async () => {
  // Its loss is made in the definition, whose text is therefore part of its code.
  const { id } = trials[0]!
  place.write("tiny.ts", `// another comment\n${definition}`)
  const evaluation = fileOf(id, "evaluations")
  const restore = edit(evaluation, (text) =>
    text.replace(/"value": ([\d.]+)/, (_, value) => `"value": ${Number(value) * (1 + 5e-5)}`),
  )
  expect(await verify(id)).toMatchObject({ code: 1, outcome: "altered" })

  // Whoever has the code makes the digest fit as well: then playing again tells, and no tolerance is stated that explains it.
  const { digest: _, ...forged } = JSON.parse(readFileSync(evaluation, "utf8"))
  writeFileSync(evaluation, sealed(forged))
  const found = await verify(id)
  expect(found).toMatchObject({ code: 1, outcome: "environment-differs" })
  expect(found.firstDifference).toMatchObject({ name: "l1" })
  expect(await verify(id, "--tolerance", "l1=1e-4")).toMatchObject({ code: 0, outcome: "within-tolerance" })
  expect(await verify(id, "--tolerance", "l1=1e-6")).toMatchObject({ code: 1 })
  place.write("tiny.ts", definition)
  // The same code must give the same bits.
  expect(await verify(id, "--tolerance", "1")).toMatchObject({ code: 1, outcome: "diverged" })
  restore()
})

test("what was found is printed where the attestation cannot be kept, as in a store that may only be read", async () => {
  const { id } = trials[0]!
  const folder = join(attempts(id), "..", "attestations")
  rmSync(folder, { recursive: true, force: true })
  writeFileSync(folder, "no folder")
  const found = await verify(id, "--window", "5")
  expect(found).toMatchObject({ code: 0, outcome: "bitwise" })
  expect(found.stderr).toMatch(
    /^Expected to keep the attestation in .*attestations, but got: .* The outcome stands; .*\n$/,
  )
  rmSync(folder)
})

test("verdicts are printed where the report cannot be written, and a report elsewhere can", async () => {
  const reports = join(place.folder, "undisturbed", "tiny", "reports")
  rmSync(reports, { recursive: true, force: true })
  writeFileSync(reports, "no folder")
  const words = ["tiny.ts", "--store", "undisturbed"]
  const again = await saddlepoint(["run", ...words], place.folder)
  expect(again.code).toBe(0)
  expect(again.stdout).toContain("2 trials: 2 completed.")
  expect(again.stderr).toContain("Expected to write the report into ")
  const here = await saddlepoint(["report", ...words, "--json"], place.folder)
  expect([here.code, JSON.parse(here.stdout).report, JSON.parse(here.stdout).verdicts.length]).toEqual([
    1,
    null,
    1,
  ])
  const elsewhere = await saddlepoint(["report", ...words, "--out", "elsewhere"], place.folder)
  expect(elsewhere.code).toBe(0)
  rmSync(reports)
})

test("a journal with one flipped digit is caught, missing weights are a sentence, and so is a result with another digest", async () => {
  const [first, second] = trials
  const weights = join(newestAttempt(first!.id), "artifacts", "weights.safetensors")
  const bytes = readFileSync(weights)
  rmSync(weights)
  const lost = await verify(first!.id)
  expect(lost).toMatchObject({ code: 1, outcome: "altered" })
  expect(lost.sentence).toMatch(/weights\.safetensors is missing\.$/)
  writeFileSync(weights, bytes)

  edit(join(newestAttempt(first!.id), "journal.jsonl"), (text) => {
    const at = text.indexOf("total", text.length / 2) + 10
    return `${text.slice(0, at)}${(Number(text[at]) + 1) % 10}${text.slice(at + 1)}`
  })
  const altered = await verify(first!.id)
  expect(altered).toMatchObject({ code: 1, outcome: "altered" })
  expect(altered.firstDifference?.step).toBeGreaterThan(25)

  const digest = second!.weightsSha256
  edit(fileOf(second!.id, "results"), (text) =>
    text.replace(digest, `${digest[0] === "0" ? "1" : "0"}${digest.slice(1)}`),
  )
  expect(await verify(second!.id)).toMatchObject({ code: 1, outcome: "altered" })
})

test("report, collect and status name what was edited, and the page says so above its verdicts", async () => {
  const words = ["tiny.ts", "--store", "disturbed"]
  const { code, stdout } = await saddlepoint(["report", ...words, "--out", "altered"], place.folder)
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /ALTERED: own, seed 1 \(.*\): attempts\/\d\/journal\.jsonl was changed after it was written/,
  )
  expect(stdout).toContain("1 missing")
  const page = readFileSync(join(place.folder, "altered", "report.html"), "utf8")
  expect(page).toMatch(/role="alert"><p><strong>Altered records\.[\s\S]*<div class="answer">/)
  const status = await saddlepoint(["status", "tiny", "--store", "disturbed"], place.folder)
  expect(status.stdout).toMatch(
    /altered {2}[0-9a-f]{16}: results\/[0-9a-f]{16}\.json is cut off, or was changed/,
  )
  const collect = await saddlepoint(["collect", "tiny", "--store", "disturbed"], place.folder)
  expect(collect.stdout).toMatch(/own .* altered$/m)
  expect(collect.stderr).toContain("it counts as missing.")
})

test("a trial that is not there is a sentence", async () => {
  const { code, stderr } = await saddlepoint(["verify", "ffffffff", "--store", "disturbed"], place.folder)
  expect(code).toBe(2)
  expect(stderr.trim()).toBe(
    "Expected a trial of the run store disturbed, but it has none whose id begins with ffffffff; `saddlepoint collect` lists them.",
  )
})
