import { afterAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyExperiment } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
place.write(
  "odd.ts",
  tinyExperiment((text) => text.replace("rate: 2e-4", "rate: 20").replace("batch: 2", "batch: 12")),
)
const sentences = ["own", "gan"].flatMap((arm) => [
  `arms.${arm}: a batch of 12 in the stage translation is larger than the 8 training images, so a step sees some of them twice; take a smaller batch or more data.`,
  `arms.${arm}.optimiser.rate: a learning rate of 20 with adam: more than 1 throws weights about; take another.`,
])

test("a plan tells what can be played and is hardly meant, in words and in JSON", async () => {
  const { code, stdout } = await saddlepoint(["plan", "odd.ts"], place.folder)
  expect(code).toBe(0)
  for (const sentence of sentences) expect(stdout.split(sentence)).toHaveLength(2)
  const { warnings } = JSON.parse((await saddlepoint(["plan", "odd.ts", "--json"], place.folder)).stdout)
  expect(warnings).toEqual(expect.arrayContaining(sentences))
})

test("a run tells it once, and plays", async () => {
  const { code, stdout, stderr } = await saddlepoint(
    ["run", "odd.ts", "--workers", "1", "--json"],
    place.folder,
  )
  expect(code).toBe(0)
  expect(JSON.parse(stdout).trials).toHaveLength(2)
  const notices = stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line))
  for (const sentence of sentences)
    expect(notices.filter((line) => line.event === "notice" && line.sentence === sentence)).toHaveLength(1)
})
