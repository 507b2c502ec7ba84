import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { saddlepoint, start, temporaryFolder, tinyExperiment, tinyYaml } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
place.write("tiny.ts", tinyExperiment())

interface Output {
  readonly trials: readonly {
    readonly id: string
    readonly arm: string
    readonly status: string
    readonly evidence?: string
    readonly weightsSha256: string
    readonly metrics: Readonly<Record<string, { readonly value: number; readonly identity: object }>>
  }[]
  readonly verdicts: readonly object[]
  readonly report: string
}

const run = async (file: string, store: string, ...more: string[]) => {
  const ended = await saddlepoint(["run", file, "--store", store, "--json", ...more], place.folder)
  return { ...ended, output: (ended.stdout === "" ? {} : JSON.parse(ended.stdout)) as Output }
}
const hashes = ({ trials }: Output) => trials.map(({ id, weightsSha256 }) => `${id} ${weightsSha256}`)
const values = ({ trials }: Output) => trials.map(({ id, metrics }) => [id, metrics])
const attempts = (store: string) => {
  const trials = join(place.folder, store, "tiny", "trials")
  return readdirSync(trials).flatMap((id) =>
    readdirSync(join(trials, id, "attempts")).map((n) => `${id}/${n}`),
  )
}

test("a definition with a loss of its own runs from outside the repository and prints one JSON object", async () => {
  const { code, output } = await run("tiny.ts", "first")
  expect(code).toBe(0)
  expect(Object.keys(output).sort()).toEqual([
    "controls",
    "experiment",
    "judges",
    "report",
    "trials",
    "verdicts",
  ])
  expect(output.trials.map(({ arm, status }) => `${arm} ${status}`)).toEqual([
    "own completed",
    "gan completed",
  ])
  expect(Object.keys(output.trials[0]!).sort()).toEqual(
    ["arm", "id", "metrics", "role", "seconds", "seed", "status", "weightsSha256"].sort(),
  )
  expect(Object.keys(output.trials[0]!.metrics)).toEqual(["l1"])
  expect(output.verdicts).toHaveLength(1)
  expect(existsSync(join(place.folder, output.report))).toBe(true)
  expect(readFileSync(join(place.folder, output.report), "utf8")).toContain("Does it run?")
})

test("another store gives the same bits, and a finished store plays nothing again", async () => {
  const first = await run("tiny.ts", "first")
  const played = attempts("first")
  const second = await run("tiny.ts", "second")
  expect(hashes(second.output)).toEqual(hashes(first.output))
  expect(values(second.output)).toEqual(values(first.output))
  expect(attempts("first")).toEqual(played)
})

test("with one more seed only the new trials are played", async () => {
  const before = attempts("first")
  const { output, code } = await run("tiny.ts", "first", "--set", "seeds=2")
  expect(code).toBe(0)
  expect(output.trials).toHaveLength(4)
  expect(attempts("first").filter((attempt) => !before.includes(attempt))).toHaveLength(2)
})

test("a run that is killed and run again ends with the hashes of an undisturbed one", async () => {
  const { child, ended } = start(["run", "tiny.ts", "--store", "killed", "--workers", "1"], place.folder)
  // In the middle of some trial: after the first one was published.
  const published = () => {
    const trials = join(place.folder, "killed", "tiny", "trials")
    return existsSync(trials) && readdirSync(trials).some((id) => existsSync(join(trials, id, "results")))
  }
  while (!published()) await new Promise((wait) => setTimeout(wait, 50))
  child.kill("SIGKILL")
  await ended
  const again = await run("tiny.ts", "killed")
  const undisturbed = await run("tiny.ts", "first")
  expect(again.code).toBe(0)
  expect(hashes(again.output)).toEqual(hashes(undisturbed.output))
})

test("a diverged trial is a result: shown, counted, and exit code 0", async () => {
  place.write(
    "diverging.ts",
    tinyExperiment((text) =>
      text.replace("losses: [quartic(10)]", "losses: [quartic(10)], optimiser: adam({ rate: 1e30 })"),
    ),
  )
  const { code, output, stderr } = await run("diverging.ts", "diverging", "--set", "seeds=1")
  const [own] = output.trials
  expect(own).toMatchObject({ arm: "own", status: "diverged", metrics: {} })
  expect(own!.evidence).toMatch(/became (NaN|-?Infinity) at step \d+ of stage translation\./)
  expect(output.verdicts).toMatchObject([{ outcome: "inconclusive" }])
  expect(stderr).toContain("diverged")
  expect(code).toBe(0)
})

test("a trial that draws from Math.random fails and says where randomness comes from", async () => {
  place.write(
    "random.ts",
    tinyExperiment((text) =>
      text
        .replace("tf.mean(tf.square(", "tf.mul(Math.random(), tf.mean(tf.square(")
        .replace("[1, 2, 3]),", "[1, 2, 3])),"),
    ),
  )
  const { code, output } = await run(
    "random.ts",
    "random",
    "--set",
    "seeds=1",
    "--set",
    "arms.gan=null",
    "--set",
    "compare=[]",
  )
  expect(code).toBe(1)
  expect(output.trials[0]).toMatchObject({ arm: "own", status: "failed" })
  expect(output.trials[0]!.evidence).toMatch(/Math\.random/)
})

test("a definition in YAML runs with the plug-ins of the catalogue", async () => {
  place.write("tiny.yaml", tinyYaml())
  const { code, output } = await run("tiny.yaml", "yaml")
  expect(code).toBe(0)
  expect(output.trials.map(({ arm, status }) => `${arm} ${status}`)).toEqual(["l1 completed", "l2 completed"])
  expect(Object.keys(output.trials[0]!.metrics)).toEqual(["psnr"])
})
