import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const entry = fileURLToPath(new URL("../saddlepoint.mjs", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const playing = ["plan", "run", "search", "retry"]

/** What plays or measures does so on the CPU unless a test says otherwise, so that a machine with a GPU tests the same. */
const onCpu = (args: readonly string[]) =>
  playing.includes(args[0] ?? "") && !args.includes("--device") ? [...args, "--device", "cpu"] : args

/** Starts the command line as a user would, in `folder`. */
export function start(
  args: readonly string[],
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const env = { ...process.env, ...variables }
  delete env.SADDLEPOINT_DATA
  const child = spawn(process.execPath, [entry, ...onCpu(args)], { cwd: folder, env })
  let stdout = ""
  let stderr = ""
  child.stdout.on("data", (text) => {
    stdout += text
  })
  child.stderr.on("data", (text) => {
    stderr += text
  })
  const ended = new Promise<Ended>((done) => {
    child.once("close", (code) => done({ code, stdout, stderr }))
  })
  return { child, ended }
}

export const saddlepoint = (args: readonly string[], folder: string) => start(args, folder).ended

/** A folder outside the repository, gone with the test. */
export function temporaryFolder(): {
  folder: string
  write(name: string, text: string): string
  remove(): void
} {
  const folder = mkdtempSync(join(tmpdir(), "saddlepoint-cli-"))
  return {
    folder,
    write(name, text) {
      writeFileSync(join(folder, name), text)
      return name
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** An experiment of seconds: 16 px, a hair-thin U-Net, a loss of the user's own. `change` edits its text. */
export function tinyExperiment(change: (text: string) => string = (text) => text): string {
  return change(`
import { loss } from "@saddlepoint/core/losses/define"
import { baseline, challenger, experiment } from "@saddlepoint/core/declare/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { unet } from "@saddlepoint/core/models/unet"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { facades } from "@saddlepoint/datasets/facades"
import * as tf from "@saddlepoint/engine/tf"
import { meanAbsoluteError } from "@saddlepoint/metrics/meanAbsoluteError"

export const quartic = loss("reconstruction", {
  name: "quartic",
  version: 1,
  learner: ({ output, target }) => tf.mean(tf.square(tf.squaredDifference(output, target)), [1, 2, 3]),
  laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => d ** 4 },
})

const shared = {
  data: facades({ size: 16, train: 8, validation: 2, test: 4 }),
  generator: unet({ width: 2 }),
  batch: 2,
  optimiser: adam({ rate: 2e-4 }),
}

export default experiment({
  name: "tiny",
  question: "Does it run?",
  arms: {
    own: baseline(pix2pix({ ...shared, losses: [quartic(10)] })),
    gan: challenger(
      pix2pix({
        ...shared,
        discriminator: patchGan({ receptiveField: 7, width: 2, conditional: true }),
        losses: [adversarial("bce"), l1(100)],
      }),
    ),
  },
  metrics: [meanAbsoluteError()],
  compare: { metric: "l1", against: ["own"] },
  seeds: 1,
  budget: { steps: 3 },
})
`)
}

/** An experiment in YAML that names plug-ins of the catalogue. */
export function tinyYaml(data = "{ use: facades, size: 16, train: 8, validation: 2, test: 4 }"): string {
  return `
name: tiny-yaml
question: Does YAML run?
arms:
  l1: { role: baseline, use: pix2pix, data: ${data}, generator: { use: unet, width: 2 }, losses: [{ use: l1 }] }
  l2: { role: challenger, use: pix2pix, data: ${data}, generator: { use: unet, width: 2 }, losses: [{ use: l2 }] }
metrics: [{ use: psnr }]
compare: { metric: psnr, against: [l1] }
seeds: 1
budget: { steps: 2 }
`
}

/** An experiment on digits of two domains: classifiers, so that there are no controls to play. */
export function tinyDigits(): string {
  const glyphs = "use: glyphs, size: 16, train: 8, validation: 2, test: 4"
  const data = `{ use: adaptation, source: { ${glyphs} }, target: { ${glyphs}, domain: blurred } }`
  return `
name: tiny-digits
question: Does it adapt?
arms:
  own: { role: baseline, use: sourceOnly, batch: 2, data: ${data} }
  dann: { role: challenger, use: dann, batch: 2, data: ${data} }
metrics: [{ use: accuracy }]
compare: { metric: targetAccuracy, against: [own] }
seeds: 1
budget: { steps: 2 }
`
}
