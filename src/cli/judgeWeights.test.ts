import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyExperiment } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())

place.write(
  "judged.ts",
  tinyExperiment((text) =>
    text
      .replace(
        "metrics: [meanAbsoluteError()]",
        "metrics: [fid({ features: domainFeatures({ steps: 2, atLeast: 0 }) })]",
      )
      .replace("test: 4", "test: 40")
      .replace('metric: "l1"', 'metric: "fid"')
      .replace(
        "import { meanAbsoluteError }",
        'import { fid } from "@saddlepoint/metrics/fid"\nimport { domainFeatures } from "@saddlepoint/metrics/judges/domainFeatures"\nimport { meanAbsoluteError }',
      ),
  ),
)
const run = (...more: string[]) => saddlepoint(["run", "judged.ts", "--json", ...more], place.folder)
const home = join(place.folder, "runs", "tiny", "trials")

test("a judge whose weights were changed judges nobody, and is named with what mends it", async () => {
  const first = await run("--set", "arms.gan=null", "--set", "compare=[]")
  expect(first.code).toBe(0)
  const [{ id }] = JSON.parse(first.stdout).judges
  const files = readdirSync(join(home, id), { recursive: true, encoding: "utf8" })
  const weights = join(home, id, files.find((file) => file.endsWith(".safetensors"))!)
  const bytes = readFileSync(weights)
  const scaled = Buffer.from(bytes)
  scaled.writeFloatLE(2 * scaled.readFloatLE(bytes.length - 4) + 1, bytes.length - 4)
  writeFileSync(weights, scaled)
  const refused = await run("--set", "arms.gan=null", "--set", "compare=[]", "--set", "seeds=2")
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(
    new RegExp(`the weights of the judge ${id} .* were changed: .* delete .*${id}, and run again`),
  )
})
