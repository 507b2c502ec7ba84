import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())

/** A metric of the user's own, in a file of its own, which leaves a trace where it is loaded. */
const largest = `
Object.assign(globalThis, { judging: true })
import { use } from "@saddlepoint/core/plugin"
import { pairMetric } from "@saddlepoint/metrics/measures/pairMetric"
export const largestPlugin = pairMetric({
  plugin: "largest",
  version: 1,
  output: { name: "largest", higherIsBetter: false, unit: "half ranges", range: [0, 2] },
  measure: () => ({
    conventions: { values: "-1..1", reduction: "maximum over pixels, mean over images" },
    perImage: (a, b) => a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0),
  }),
})
export const largest = () => use<"metric", { needsLabels: false; judged: "pairs" }>(largestPlugin)
`
/** A loss of the user's own, which would notice a metric, and may import later what nobody can. */
const quartic = `
export const later = () => import("./broken.ts")
import { loss } from "@saddlepoint/core/loss"
import * as tf from "@saddlepoint/engine/tf"
export const quartic = loss("reconstruction", {
  name: "quartic",
  version: 1,
  learner: ({ output, target }) => "judging" in globalThis ? tf.mean(output, [1, 2, 3, 4]) : tf.mean(tf.square(tf.squaredDifference(output, target)), [1, 2, 3]),
  laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => d ** 4 },
})
`
const definition = (metrics: string, seeds = 1) => `
import { baseline, challenger, experiment } from "@saddlepoint/core/experiment"
import { l1 } from "@saddlepoint/core/losses/l1"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { unet } from "@saddlepoint/core/models/unet"
import { facades } from "@saddlepoint/datasets/facades"
import { meanAbsoluteError } from "@saddlepoint/metrics/meanAbsoluteError"
import { msSsim } from "@saddlepoint/metrics/msSsim"
import { psnr } from "@saddlepoint/metrics/psnr"
import { ssim } from "@saddlepoint/metrics/ssim"
import { largest, quartic } from "./all.ts"
const data = facades({ size: 16, train: 4, validation: 1, test: 2 })
const shared = { data, generator: unet({ width: 2 }), batch: 2 }
export default experiment({
  name: "judged",
  question: "Who is judged?",
  arms: {
    l1: baseline(pix2pix({ ...shared, losses: [l1(10)] })),
    own: challenger(pix2pix({ ...shared, losses: [quartic(10)] })),
  },
  metrics: [${metrics}],
  compare: { metric: "psnr", against: ["l1"] },
  seeds: ${seeds},
  budget: { steps: 3 },
})
export const used = [largest, meanAbsoluteError, msSsim, ssim]
`

interface Output {
  readonly trained: number
  readonly evaluated: number
  readonly reused: number
  readonly report: string
  readonly controls: Output["trials"]
  readonly trials: readonly {
    readonly id: string
    readonly arm: string
    readonly status: string
    readonly weightsSha256: string
    readonly metrics: Readonly<Record<string, { readonly value: number }>>
  }[]
}

const call = async (...words: string[]) => {
  const ended = await saddlepoint([...words, "--device", "js", "--json"], place.folder)
  return { ...ended, output: JSON.parse(ended.stdout) as Output }
}
const attempts = () => {
  const trials = join(place.folder, "runs", "judged", "trials")
  return readdirSync(trials).flatMap((id) =>
    readdirSync(join(trials, id, "attempts")).map((n) => `${id}/${n}`),
  )
}
const values = ({ trials }: Output, metric: string) => trials.map(({ metrics }) => metrics[metric]?.value)

let first: Output
beforeAll(async () => {
  place.write("largest.ts", largest)
  place.write("quartic.ts", quartic)
  place.write("broken.ts", 'throw new Error("nobody asked for this file")')
  // Through an index, which must not make the loss rest on the metric.
  place.write("all.ts", 'export * from "./largest.ts"\nexport * from "./quartic.ts"\n')
  place.write("judged.ts", definition("psnr()"))
  first = (await call("run", "judged.ts")).output
})

test("a run trains and judges what is missing, and counts both", () => {
  expect(first).toMatchObject({ trained: 2, evaluated: 2, reused: 0 })
  expect(values(first, "psnr").every(Number.isFinite)).toBe(true)
})

test("with a metric more nothing is trained: what was kept is judged, by the new metric alone, and verified with it", async () => {
  place.write("judged.ts", definition("psnr(), largest()"))
  const plan = await saddlepoint(["plan", "judged.ts", "--device", "js"], place.folder)
  expect(plan.stdout).toContain("2 trials, 0 done, 2 trained but not judged by every metric.")
  const { output, code } = await call("run", "judged.ts")
  expect([code, output.trained, output.evaluated, output.reused]).toEqual([0, 0, 2, 0])
  expect(output.trials.map(({ weightsSha256 }) => weightsSha256)).toEqual(
    first.trials.map(({ weightsSha256 }) => weightsSha256),
  )
  expect(values(output, "psnr")).toEqual(values(first, "psnr"))
  expect(values(output, "largest").every(Number.isFinite)).toBe(true)
  const { id } = output.trials[1]!
  const evaluations = join(place.folder, "runs", "judged", "trials", id, "evaluations")
  expect(readdirSync(evaluations)).toHaveLength(2)
  const verified = await saddlepoint(["verify", id, "--json"], place.folder)
  const attestation = JSON.parse(verified.stdout)
  expect(attestation.outcome).toBe("bitwise")
  expect(Object.keys(attestation.evaluations)).toHaveLength(2)
})

test("nothing is played where nothing is missing, also with another name of an arm or a comment in the definition", async () => {
  const before = attempts()
  place.write("judged.ts", `// A comment.\n${definition("psnr(), largest()").replace("own:", "mine:")}`)
  const { output } = await call("run", "judged.ts")
  expect(output).toMatchObject({ trained: 0, evaluated: 0, reused: 5 })
  expect(attempts()).toEqual(before)
})

test("a metric whose file changed judges again; a loss whose file changed is trained again, and no other arm", async () => {
  place.write("judged.ts", definition("psnr(), largest()"))
  place.write("largest.ts", largest.replace("Math.max(most, Math.abs", "Math.max(most, 2 * Math.abs"))
  const judged = (await call("run", "judged.ts")).output
  expect(judged).toMatchObject({ trained: 0, evaluated: 2 })
  place.write("largest.ts", largest)
  place.write("quartic.ts", `// A comment.\n${quartic}`)
  const trained = (await call("run", "judged.ts")).output
  expect(trained).toMatchObject({ trained: 1, evaluated: 1 })
  expect(values(judged, "largest")[0]).toBeCloseTo(2 * values(trained, "largest")[0]!)
  place.write("quartic.ts", quartic)
})

test("a metric that fails costs no other its value, and nothing that was trained", async () => {
  place.write("judged.ts", definition("psnr(), ssim(), largest()"))
  place.write(
    "largest.ts",
    largest.replace(
      "a.reduce(",
      '(() => { if (a.some((value) => value !== 0)) throw new Error("no largest") })() ?? a.reduce(',
    ),
  )
  const { output, code, stderr } = await call("run", "judged.ts")
  expect([code, output.trained]).toEqual([1, 0])
  expect(stderr).toContain("no largest")
  expect(output.controls[0]!.metrics.ssim).toBeDefined()
  // What another code of the metric found before counts for nothing.
  expect(output.controls[0]!.metrics.largest).toBeUndefined()
  place.write("largest.ts", largest)
  expect((await call("run", "judged.ts")).output).toMatchObject({ trained: 0, evaluated: 2 })
})

test("evaluate judges and trains nothing, and says what it left", async () => {
  place.write("judged.ts", definition("psnr(), meanAbsoluteError()", 2))
  const { output, code, stderr } = await call("evaluate", "judged.ts")
  expect([code, output.trained, output.evaluated]).toEqual([0, 0, 2])
  expect(stderr).toContain(
    "2 trials have no result by the present code and engine to be judged; `run` trains",
  )
  expect(output.trials.map(({ status }) => status)).toEqual([
    ...["completed", "completed"],
    ...["missing", "missing"],
  ])
})

test("a report of the store alone has the values of all metrics of its plan", async () => {
  const elsewhere = temporaryFolder()
  cpSync(join(place.folder, "runs"), join(elsewhere.folder, "copy"), { recursive: true })
  const words = ["report", "judged", "--store", "copy", "--json"]
  const { stdout } = await saddlepoint(words, elsewhere.folder)
  const output = JSON.parse(stdout) as Output
  expect(values(output, "l1").filter(Number.isFinite)).toHaveLength(2)
  elsewhere.remove()
})

test("weights that were lost are a sentence that tells what to do, and cost no other trial", async () => {
  const { id } = first.trials[0]!
  const home = join(place.folder, "runs", "judged", "trials", id)
  const weights = join(home, "attempts", "1", "artifacts", "weights.safetensors")
  const whole = readFileSync(weights)
  rmSync(weights)
  place.write("judged.ts", definition("psnr(), msSsim({ scales: 1 })"))
  const { output, code, stderr } = await call("run", "judged.ts")
  expect([code, output.trained, output.evaluated]).toEqual([1, 0, 1])
  expect(stderr).toContain(
    `as its training left them, but there is no such file; delete ${home}, and run again`,
  )
  const lost = output.trials.find((trial) => trial.id === id)!
  expect(lost.metrics.psnr!.value).toBe(values(first, "psnr")[0])
  expect(lost.metrics.msSsim).toBeUndefined()
  writeFileSync(weights, whole)
  expect((await call("retry", "judged.ts", "--failed")).output.trials[0]!.metrics.msSsim).toBeDefined()
})
