import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, test } from "vitest"
import { temporaryFolder } from "./testing/saddlepoint.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Wrong combinations in a file of nobody's project: each on the line after what the compiler is to say first. */
const wrong = `
import { baseline, challenger, experiment } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { dann } from "@saddlepoint/core/methods/adaptation/dann"
import { cycleGan } from "@saddlepoint/core/methods/translation/cycleGan"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { unet } from "@saddlepoint/core/models/unet"
import { mnist } from "@saddlepoint/datasets/mnist"
import { pairs } from "@saddlepoint/datasets/pairs"
import { stripes } from "@saddlepoint/datasets/stripes"
import { accuracy } from "@saddlepoint/metrics/accuracy"
import { fid } from "@saddlepoint/metrics/fid"
import { labelConsistency } from "@saddlepoint/metrics/labelConsistency"

const shared = { data: stripes(), generator: unet(), losses: [l1(10)] }
const arms = { a: baseline(pix2pix(shared)), b: challenger(pix2pix({ ...shared, losses: [l1(1)] })) }
const rest = { name: "wrong", question: "?", seeds: 1, budget: { steps: 1 }, arms, compare: [] }
const unlabelled = { a: baseline(pix2pix({ ...shared, data: pairs({ folder: "x" }) })) }

// pix2pix learns from pairs, but these data do not have the images input and target
pix2pix({ ...shared, data: mnist() })
// An adversarial loss, a penalty and a loss on features need a discriminator
pix2pix({ ...shared, losses: [adversarial("bce"), l1(10)] })
// The discriminator of pix2pix is a model that scores images
pix2pix({ ...shared, discriminator: unet() })
// The generator of pix2pix is a model that makes images
pix2pix({ ...shared, generator: patchGan() })
// cycleGan learns from two sets of images
cycleGan({ data: stripes() })
// A strategy learns from a labelled source and a target
dann({ data: mnist() })
// This metric judges classes, but the arm
experiment({ ...rest, metrics: [accuracy()] })
// This metric needs labels, but the data of the arm
experiment({ ...rest, arms: unlabelled, metrics: [labelConsistency()] })
// Type '"fdi"' is not assignable to type '"fid"'
experiment({ ...rest, metrics: [fid()], compare: { metric: "fdi", against: ["a"] } })
// Type '"c"' is not assignable to type 'ArmName<
experiment({ ...rest, metrics: [fid()], compare: { metric: "fid", against: ["c"] } })
`

const place = temporaryFolder()
afterAll(() => place.remove())

let said: readonly string[]
beforeAll(async () => {
  place.write("wrong.ts", wrong)
  const project = join(root, "src/cli/project.tsconfig.json")
  place.write("tsconfig.json", JSON.stringify({ extends: project, files: ["wrong.ts"] }))
  const compiler = join(root, "node_modules/typescript/bin/tsc")
  const words = [compiler, "-p", place.folder, "--pretty", "false"]
  const output = await new Promise<string>((done) => {
    execFile(process.execPath, words, { cwd: place.folder }, (_error, stdout) => done(stdout))
  })
  said = output.trim().split("\n")
})

test("a wrong combination is told in one line, a sentence of ours, in a folder without a package.json", () => {
  const lines = wrong.split("\n")
  const expected = lines.flatMap((line, at) =>
    line.startsWith("// ") ? [{ line: at + 2, text: line.slice(3) }] : [],
  )
  expect(said).toHaveLength(expected.length)
  for (const [at, { line, text }] of expected.entries()) {
    expect(said[at]).toContain(`wrong.ts(${line},`)
    expect(said[at]).toContain(text)
  }
})

test("nobody is advised to add undefined", () => {
  expect(said.filter((line) => line.includes("Consider adding"))).toEqual([])
})
