import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { takeLease } from "@saddlepoint/lab/store/leases/lease"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyExperiment } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
const { folder } = place
afterAll(() => place.remove())

/** Its data are a folder that is gone by the time of the tests. */
const definition = tinyExperiment((text) =>
  text
    .replace(
      "facades({ size: 16, train: 8, validation: 2, test: 4 })",
      'pairs({ folder: "my-pairs", size: 16 })',
    )
    .replace(
      'import { facades } from "@saddlepoint/datasets/facades"',
      'import { pairs } from "@saddlepoint/datasets/pairs"',
    )
    .replace("seeds: 1", "seeds: 2"),
)

const image = (width: number, height: number, grey: number, file: string) =>
  sharp({ create: { width, height, channels: 3, background: { r: grey, g: 0, b: 255 - grey } } }).toFile(
    join(folder, file),
  )
const call = (...words: string[]) => saddlepoint(words, folder)
const asJson = async (...words: string[]) => {
  const { code, stdout, stderr } = await call(...words, "--json")
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return JSON.parse(stdout)
}
const files = (name: string) => (readdirSync(join(folder, name), { recursive: true }) as string[]).sort()

interface Told {
  readonly id: string
  readonly arm: string
  readonly seed: number
  readonly metrics: Readonly<Record<string, { readonly value: number }>>
}
let trials: readonly Told[]
beforeAll(async () => {
  mkdirSync(join(folder, "my-pairs"))
  for (let index = 0; index < 12; index += 1) await image(32, 16, 20 * index, `my-pairs/${index}.png`)
  place.write("tiny.ts", definition)
  const { stdout } = await call("run", "tiny.ts", "--device", "js", "--json")
  trials = JSON.parse(stdout).trials
  rmSync(join(folder, "my-pairs"), { recursive: true })
})

test("list tells of each experiment what it asks, how far it is, and what it weighs", async () => {
  const { experiments } = await asJson("list")
  expect(experiments).toEqual([
    {
      experiment: "tiny",
      question: "Does it run?",
      search: false,
      profiles: [null],
      planned: 7,
      counts: { done: 7, unjudged: 0, diverged: 0, failed: 0, playing: 0, stopped: 0, missing: 0 },
      former: 0,
      lastActive: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      bytes: expect.any(Number),
    },
  ])
  const { stdout } = await call("list")
  expect(stdout).toMatch(/^tiny +7 of 7 +0 +none +\d{4}-\d\d-\d\d \d\d:\d\d +[\d.]+ [kM]B +Does it run\?$/m)
  expect((await call("list", "--store", "nowhere")).stdout).toBe(
    "The run store nowhere holds no experiment.\n",
  )
})

test("best orders arms by what the metric calls good, and says that they were chosen where they were judged", async () => {
  const { best, of, sentence } = await asJson("best", "tiny", "--metric", "l1", "--count", "3")
  const sorted = [...trials].sort((a, b) => a.metrics.l1!.value - b.metrics.l1!.value).slice(0, 3)
  expect(best).toMatchObject(
    sorted.map(({ id, arm, seed, metrics }, index) => ({
      ...{ rank: index + 1, trial: id, arm, seed, status: "completed" },
      value: metrics.l1!.value,
    })),
  )
  expect(of).toBe(4)
  expect(sentence).toMatch(/^The 3 lowest of 4, chosen on the test split that judged them: /)
  const own = await asJson("best", "tiny", "--metric", "l1", "--arm", "own")
  expect(own.best.map(({ arm }: Told) => arm)).toEqual(["own", "own"])
})

test("compare names what two trials are made of, and sets their metrics side by side", async () => {
  const [a, b] = [trials[0]!, trials[1]!]
  expect([a.arm, b.arm]).toEqual(["own", "gan"])
  const { spec, environment, metrics } = await asJson("compare", a.id.slice(0, 8), `tiny/${b.id}`)
  expect(spec).toContainEqual({ path: "losses.0.use", before: "quartic", after: "adversarial" })
  expect(environment.map(({ path }: { path: string }) => path)).toContain("code.digest")
  const [one, other] = [a.metrics.l1!.value, b.metrics.l1!.value]
  expect(metrics).toEqual([{ metric: "l1", a: one, b: other, difference: other - one }])
  const seeds = trials.filter(({ arm }) => arm === "own").map(({ id }) => id)
  const { stdout } = await call("compare", ...seeds)
  expect(stdout).toContain("What they are made of:\n  seed: 1 -> 2\n\nWhat made them:\n  nothing differs.\n")
})

test("sample translates a folder by an own file's plug-ins where the trial's data are gone, whatever size images have", async () => {
  mkdirSync(join(folder, "photos", "more"), { recursive: true })
  await image(40, 30, 200, "photos/a.jpg")
  await image(16, 16, 100, "photos/more/b.png")
  const { id } = trials.find(({ arm }) => arm === "own")!
  const words = ["sample", id.slice(0, 8), "--input", "photos", "--out"]
  const { code, stdout } = await call(...words, "painted", "--device", "js")
  expect(code).toBe(0)
  expect(stdout).toBe(
    `Wrote 2 translations of ${id} into painted, 16 x 16 pixels, RGB, and painted/sheet.png.\n` +
      "1 of 2 inputs had another size and were squashed to 16 x 16, as the trial's data were.\n",
  )
  expect(files("painted")).toEqual(["a.png", "more", "more/b.png", "sheet.png"])
  expect(await sharp(join(folder, "painted", "more", "b.png")).metadata()).toMatchObject({ width: 16 })
  const again = await call(...words, "painted", "--device", "js")
  expect(again.code).toBe(2)
  expect(again.stderr).toMatch(/^Expected a folder for the images that is new or empty, but painted is there/)
  renameSync(join(folder, "tiny.ts"), join(folder, "moved.ts"))
  const lost = await call(...words, "other")
  expect(lost.stderr).toMatch(
    /^Expected the experiment's file at tiny.ts for loss\/quartic, .+; give it with --file.\n$/,
  )
  expect((await asJson(...words, "other", "--file", "moved.ts", "--device", "js")).images).toBe(2)
  renameSync(join(folder, "moved.ts"), join(folder, "tiny.ts"))
})

test.each([
  [
    ["best", "tiny", "--metric", "l1", "--count", "0"],
    /^Expected --count to be a number of results, 1 or more/,
  ],
  [
    ["compare", "zz", "zz"],
    /^Expected a trial of the run store runs, but it has none whose id begins with zz; /,
  ],
  [["sample", "zz", "--out", "x"], /^Expected --count, .+ but got neither; give one of them\.\n$/],
  [
    ["delete", "tiny", "--older", "-1"],
    /^Expected --older to be a number of days, 0 or more, but got -1\.\n$/,
  ],
  [
    ["delete", "nobody"],
    /^Expected an experiment of the run store runs, but got nobody; the store holds tiny\.\n$/,
  ],
])("%j is one sentence", async (words, sentence) => {
  const { code, stdout, stderr } = await call(...words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
  expect(stderr).toMatch(sentence)
})

test("delete tells what it frees, waits for --yes and for whoever plays, and leaves nothing", async () => {
  const told = await call("delete", "tiny")
  expect(told.stdout).toMatch(/^tiny: 7 trials, 7 results, [\d.]+ [kM]B\.\n/)
  expect(told.stdout).toMatch(/Nothing was deleted; call again with --yes to delete it\.\n$/)
  const attempt = join(folder, "runs", "tiny", "trials", trials[0]!.id, "attempts", "2")
  mkdirSync(attempt)
  takeLease(attempt, "0".repeat(16), 60)
  const played = await call("delete", "tiny", "--yes")
  expect(played.code).toBe(2)
  expect(played.stderr).toMatch(
    /^Expected nobody to play what is to be deleted, but the trial \w+ .+; stop that/,
  )
  rmSync(attempt, { recursive: true })
  expect(await asJson("delete", "tiny", "--yes")).toMatchObject({ deleted: true, whole: true, results: 7 })
  expect(existsSync(join(folder, "runs", "tiny"))).toBe(false)
  expect(readdirSync(join(folder, "runs")).filter((name) => name.includes("tiny"))).toEqual([])
})
