import { readdirSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyDigits, tinyExperiment, tinyYaml } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
place.write("tiny.ts", tinyExperiment())

test("plan prints the trials of an experiment with what is done, and plays nothing", async () => {
  const { code, stdout } = await saddlepoint(["plan", "tiny.ts", "--json", "--set", "seeds=2"], place.folder)
  const plan = JSON.parse(stdout)
  expect(code).toBe(0)
  expect(plan).toMatchObject({ experiment: "tiny", hash: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(
    plan.trials.map(({ arm, seed, state }: Record<string, unknown>) => `${seed} ${arm} ${state}`),
  ).toEqual(["1 own missing", "1 gan missing", "2 own missing", "2 gan missing"])
  expect(plan.warnings.join(" ")).toContain("With 2 seeds")
  expect(readdirSync(place.folder)).toEqual(["tiny.ts"])
})

test("a definition that cannot be frozen, as the store cannot be written, is one sentence", async () => {
  const words = ["plan", "tiny.ts", "--register", "--store", "tiny.ts/runs"]
  const { code, stdout, stderr } = await saddlepoint(words, place.folder)
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
  expect(stderr).toMatch(/^Expected to write into the run store tiny\.ts\/runs to freeze .*--store\.\n$/)
})

/** What is wrong, the path of its sentence, and the flags that bring it about; those of one list are told together. */
const mistakes: readonly (readonly (readonly [string, string, readonly string[]])[])[] = [
  [
    ["a wrong type", "arms.own.losses.0.weight", ["--set", 'arms.own.losses.0.weight="much"']],
    ["a negative budget", "budget.steps", ["--set", "budget.steps=-1"]],
    ["duplicate seeds", "seeds.1", ["--set", "seeds=[1,1]"]],
    ["an unknown arm in compare", "compare.against.0", ["--set", 'compare.against=["nobody"]']],
    ["an unknown metric in compare", "compare.metric", ["--set", "compare.metric=beauty"]],
    ["an unknown key", "arms.own.colour", ["--set", "arms.own.colour=red"]],
    [
      "a receptive field that no stack has",
      "arms.gan.discriminator.receptiveField",
      ["--set", "arms.gan.discriminator.receptiveField=5"],
    ],
  ],
  [["losses that are none", "arms.gan.losses", ["--set", "arms.gan.losses=[]"]]],
  [["an image that the network cannot halve", "arms.own", ["--set", "arms.own.generator.depth=9"]]],
  [
    ["no arms", "arms", ["--set", "arms={}"]],
    ["a profile that is not there", "profiles", ["--profile", "quick"]],
  ],
]

for (const together of mistakes) {
  const names = together.map(([name]) => name).join(", ")
  test(`${names}: one sentence each with its path, exit code 2, and nothing is written`, async () => {
    const flags = together.flatMap(([, , flags]) => flags)
    const { code, stdout, stderr } = await saddlepoint(["run", "tiny.ts", "--json", ...flags], place.folder)
    const told = stderr.split("\n").map((line) => line.split(": ")[0]!)
    for (const [name, path] of together) expect([name, told]).toEqual([name, expect.arrayContaining([path])])
    expect(stderr).not.toMatch(/\n\s+at /)
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(readdirSync(place.folder)).toEqual(["tiny.ts"])
  })
}

test("a dataset's folder that is not there is named with the arm that wants it", async () => {
  const other = temporaryFolder()
  other.write("pairs.yaml", tinyYaml("{ use: pairs, folder: nowhere, size: 16 }"))
  const { code, stderr } = await saddlepoint(["run", "pairs.yaml"], other.folder)
  const left = readdirSync(other.folder)
  other.remove()
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /^arms\.l1\.data: Expected a folder of image pairs at .*nowhere, but there is none; correct `folder`\.\n$/,
  )
  expect(left).toEqual(["pairs.yaml"])
})

test("a file that does not load says what is wrong in it, without a stack trace", async () => {
  const other = temporaryFolder()
  other.write("unfinished.ts", "export default experiment({ name: ")
  const nowhere = ["@saddlepoint", "core", "nothing"].join("/")
  other.write("astray.ts", `import { nope } from "${nowhere}"\nexport default nope`)
  const unfinished = await saddlepoint(["plan", "unfinished.ts"], other.folder)
  const astray = await saddlepoint(["plan", "astray.ts"], other.folder)
  other.remove()
  expect(unfinished.code).toBe(2)
  expect(unfinished.stderr).toMatch(
    /^unfinished\.ts cannot be loaded: Transform failed with 1 error: .*unfinished\.ts:1:34: ERROR: .*\n$/,
  )
  expect(astray).toMatchObject({
    code: 2,
    stderr: `astray.ts cannot be loaded: there is no module ${nowhere}; correct the import\n`,
  })
})

test("a missing file, an unknown flag and an absent engine are wrong calls too", async () => {
  const missing = await saddlepoint(["run", "nothing.ts"], place.folder)
  expect(missing).toMatchObject({
    code: 2,
    stderr: "there is no file nothing.ts; give the path of an experiment\n",
  })
  const flag = await saddlepoint(["run", "tiny.ts", "--sead", "1"], place.folder)
  expect(flag.code).toBe(2)
  expect(flag.stderr).toContain("--sead")
  const engine = await saddlepoint(["run", "tiny.ts", "--device", "gpu:9999"], place.folder)
  expect(engine.code).toBe(2)
  expect(engine.stderr).toContain("Expected a GPU number 9999 for --device gpu:9999")
  expect(readdirSync(place.folder)).toEqual(["tiny.ts"])
})

test("doctor says which engines there are, and why others are not", async () => {
  const { code, stdout } = await saddlepoint(["doctor", "--json"], place.folder)
  const { engines, auto, speed, cpuKernels, data } = JSON.parse(stdout)
  expect(code).toBe(0)
  expect(engines.find(({ name }: { name: string }) => name === auto.name).identity).toEqual(auto)
  expect(speed.gflops).toBeGreaterThan(0)
  expect(speed.stepMs).toBeGreaterThan(0)
  expect(cpuKernels).not.toContain("Conv2D")
  for (const { available, reason } of engines) expect(available || reason !== "").toBe(true)
  expect(data.reason).toContain("SADDLEPOINT_DATA is not set")
})

test("plan --probe measures every arm once, --register freezes the definition, and both are told the next time", async () => {
  const other = temporaryFolder()
  other.write("digits.yaml", tinyDigits())
  const first = await saddlepoint(["plan", "digits.yaml", "--json", "--probe", "--register"], other.folder)
  const again = await saddlepoint(["plan", "digits.yaml", "--json", "--set", "budget.steps=7"], other.folder)
  const files = readdirSync(join(other.folder, "runs", "tiny-digits")).sort()
  other.remove()
  expect(first).toMatchObject({ code: 0, stderr: "" })
  const { estimate, registration, power } = JSON.parse(first.stdout)
  expect(estimate).toMatchObject({ unknown: [], finishedShare: 0 })
  expect(estimate.seconds).toBeGreaterThan(0)
  expect(estimate.measured.map(({ arm }: { arm: string }) => arm).sort()).toEqual(["dann", "own"])
  for (const arm of estimate.measured) {
    expect(arm.from).toBe("probe")
    expect(arm.secondsPerStep).toBeGreaterThan(0)
    expect(arm.diskBytes).toBeGreaterThan(0)
  }
  expect(registration.sentences[0]).toMatch(/^Registered on .*, before the first trial\.$/)
  expect(power).toMatchObject({ seeds: 1, comparisons: 1, smallestP: null, seedsForExactTest: 6 })
  expect(files).toEqual(["plans", "prices.json", "registrations"])
  const changed = JSON.parse(again.stdout)
  expect(changed.estimate.unknown).toEqual([])
  expect(changed.registration.changes).toEqual([expect.stringMatching(/^arms\.\*\.budget\.steps: \d+ -> 7$/)])
})
