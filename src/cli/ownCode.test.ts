import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"
import { shownFiles } from "./testing/shownFiles.ts"

const page = readFileSync(fileURLToPath(new URL("../../CONTRIBUTING.md", import.meta.url)), "utf8")

const experiment = (loss: string) => `
import { baseline, experiment } from "@saddlepoint/core/experiment"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { unet } from "@saddlepoint/core/models/unet"
import { stripes } from "@saddlepoint/datasets/stripes"
import { fid } from "@saddlepoint/metrics/fid"
import { berhu } from "${loss}"

const data = stripes({ size: 16, train: 8, validation: 2, test: 10 })
export default experiment({
  name: "own",
  question: "Is it found?",
  arms: { own: baseline(pix2pix({ data, generator: unet({ width: 2 }), losses: [berhu(10)] })) },
  metrics: [fid()],
  compare: [],
  seeds: 1,
  budget: { steps: 3 },
})
`

const place = temporaryFolder()
afterAll(() => place.remove())
place.write("berhu.ts", shownFiles(page)["berhu.ts"]!)

const planned = async (loss: string) => {
  place.write("own.ts", experiment(loss))
  const { code, stdout, stderr } = await saddlepoint(["plan", "own.ts"], place.folder)
  return { code, planned: /own, seed 1/.test(stdout), stderr }
}
const fine = { code: 0, planned: true, stderr: "" }

test.each(["./berhu.ts", "./berhu.js", "./berhu"])(
  "a loss beside its experiment is found as %s where no package.json is",
  async (loss) => expect(await planned(loss)).toEqual(fine),
)

test("so it is where one says that all is a module", async () => {
  place.write("package.json", JSON.stringify({ type: "module" }))
  expect(await planned("./berhu.ts")).toEqual(fine)
})

test("a file that is not there is one line, without a stack", async () => {
  const { code, stderr } = await planned("./behru.ts")
  expect(code).toBe(2)
  expect(stderr).toBe(
    `own.ts cannot be loaded: Cannot find module '${join(place.folder, "behru.ts")}' imported from ${join(place.folder, "own.ts")}\n`,
  )
})
