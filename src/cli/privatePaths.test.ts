import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { writeCmpFolder } from "@saddlepoint/datasets/testing/pairFolder"
import { reportFolder } from "@saddlepoint/lab/store/files/layout"
import { afterAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())

const root = fileURLToPath(new URL("../..", import.meta.url))

/** A definition whose second arm fails with a message that holds the places of everything. */
const definition = (folder: string, said: string) => `
import { loss } from "@saddlepoint/core/losses/define"
import { baseline, challenger, experiment } from "@saddlepoint/core/declare/experiment"
import { l1 } from "@saddlepoint/core/losses/l1"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { unet } from "@saddlepoint/core/models/unet"
import { pairs } from "@saddlepoint/datasets/pairs"
import { meanAbsoluteError } from "@saddlepoint/metrics/meanAbsoluteError"

export const failing = loss("reconstruction", {
  name: "failing",
  version: 1,
  learner() {
    throw new Error(${JSON.stringify(said)})
  },
  laws: { atTarget: 0, smoothAtTarget: true },
})
const shared = { data: pairs({ folder: ${JSON.stringify(folder)}, size: 16 }), generator: unet({ width: 2 }), batch: 2 }
export default experiment({
  name: "private",
  question: "Who may know where this is?",
  arms: { l1: baseline(pix2pix({ ...shared, losses: [l1(1)] })), failing: challenger(pix2pix({ ...shared, losses: [failing(1)] })) },
  metrics: [meanAbsoluteError()],
  compare: { metric: "l1", against: ["l1"] },
  seeds: 1,
  budget: { steps: 2 },
})
`

test("no absolute path stands in anything of a report, nor in a collected table", async () => {
  const here = realpathSync(place.folder)
  const [data, store, deep, work] = [
    join(here, "private data", "pairs"),
    join(here, "private store", "runs"),
    join(here, "private", "deep", "questions"),
    join(here, "work"),
  ]
  for (const folder of [data, deep, work]) mkdirSync(folder, { recursive: true })
  symlinkSync(join(root, "node_modules"), join(here, "node_modules"), "dir")
  await writeCmpFolder(data)
  const said = `cannot read ${join(homedir(), "secrets", "weights.bin")} for "${data}/a.png", nor file://${deep}/own.ts:3:14 in ${store}`
  place.write("private/deep/questions/private.ts", definition(data, said))
  const words = [
    "run",
    join(deep, "private.ts"),
    "--store",
    store,
    "--workers",
    "1",
    "--set",
    `arms.l1.data.folder=${data}`,
  ]
  const { code, stderr } = await saddlepoint(words, work)
  expect([code, stderr]).toEqual([1, expect.stringContaining("cannot read")])
  const secrets = [here, homedir(), root, "private data", "private store", "private/deep", "secrets/"]
  const secretsIn = (text: string) => secrets.filter((secret) => text.includes(secret))
  const folder = reportFolder(store, "private", undefined)
  const written = readdirSync(folder)
  expect(written).toEqual(["report.html", "results.csv", "results.json", "results.md"])
  for (const name of written) {
    const text = readFileSync(join(folder, name), "utf8")
    if (name !== "results.csv") expect(text).toMatch(/failing/)
    expect([name, secretsIn(text)]).toEqual([name, []])
  }
  expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("cannot read …/weights.bin")
  for (const form of ["--wide", "--curves"]) {
    const { stdout } = await saddlepoint(["collect", "private", "--store", store, form, "--csv"], work)
    expect(stdout).toMatch(/^private,/m)
    expect([form, secretsIn(stdout)]).toEqual([form, []])
  }
})
