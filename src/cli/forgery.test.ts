import { readFileSync } from "node:fs"
import { join } from "node:path"
import { readEvaluations } from "@saddlepoint/lab/store/results/evaluations"
import { readTrial } from "@saddlepoint/lab/store/trials/trialRecord"
import { forge, forgeEvaluation } from "@saddlepoint/lab/testing/forge"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyDigits } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())

let id: string
const published = () => [...readTrial(join(place.folder, "runs"), "tiny-digits", id).results.values()][0]!
let before: ReturnType<typeof published>
beforeAll(async () => {
  place.write("digits.yaml", tinyDigits())
  const { stdout } = await saddlepoint(["run", "digits.yaml", "--json", "--device", "js"], place.folder)
  id = JSON.parse(stdout).trials.find(({ arm }: { arm: string }) => arm === "dann").id
  before = published()
})

const verify = async () => {
  const { code, stdout } = await saddlepoint(["verify", id, "--json"], place.folder)
  const { outcome, relative, unlike } = JSON.parse(stdout)
  return { code, outcome, relative, unlike }
}

test("a classifier's record is given again: values, identities, answers and features", async () => {
  expect(Object.keys(before.result.artifacts).sort()).toEqual(["answers", "features", "weights"])
  expect(await verify()).toEqual({ code: 0, outcome: "bitwise", relative: {}, unlike: [] })
})

test("noise, identity, answers and features that were forged with all their digests are found by playing again", async () => {
  const answers = before.result.artifacts.answers!
  const features = before.result.artifacts.features!
  const answered = readFileSync(join(before.folder, answers), "utf8")
  const seen = readFileSync(join(before.folder, features))
  const given = JSON.parse(answered)
  const others = given.target.answers.map((answer: number) => (answer + 1) % given.classes.length)
  const forged = JSON.stringify({ ...given, target: { ...given.target, answers: others } })
  const twice = Buffer.from(seen)
  twice.writeFloatLE(2 * seen.readFloatLE(seen.length - 4) + 1, seen.length - 4)

  const [evaluation] = readEvaluations(before.home, id).evaluations
  forge(before, (result) => result, { [answers]: forged, [features]: twice })
  forgeEvaluation(before.home, evaluation!, (record) => {
    const { targetAccuracy, sourceAccuracy, ...values } = record.values
    const noisy = { ...targetAccuracy!, noise: 0.5 }
    const other = { ...sourceAccuracy!, identity: { ...sourceAccuracy!.identity, dataset: "another" } }
    return { ...record, values: { ...values, targetAccuracy: noisy, sourceAccuracy: other } }
  })
  const found = await verify()
  expect(found).toMatchObject({ code: 1, outcome: "diverged" })
  expect(found.unlike).toEqual(["sourceAccuracy identity", "targetAccuracy noise"])
  expect(Object.keys(found.relative).sort()).toEqual(["answers", "features"])
  forge(before, (result) => result, { [answers]: answered, [features]: seen })
  forgeEvaluation(before.home, evaluation!, (record) => record)
  expect((await verify()).outcome).toBe("bitwise")
})
