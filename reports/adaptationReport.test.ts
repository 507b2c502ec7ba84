import { existsSync } from "node:fs"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { writeReport } from "./report.ts"
import { halfway, type SyntheticArm, syntheticAdaptation } from "./testing/syntheticAdaptation.ts"
import { syntheticFindings } from "./testing/syntheticFindings.ts"

const { sourceOnly, dann } = halfway as Record<"sourceOnly" | "dann", SyntheticArm>
/** Chosen with labels of the target, so above all that may be compared. */
const told: SyntheticArm = { ...dann, selection: "targetOracle", accuracy: [0.95, 0.95, 0.95] }

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-adaptation-"))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function reportOf(findings: Findings, name: string) {
  const files = await writeReport(findings, join(folder, name))
  const [html, json, markdown] = await Promise.all(
    [files.html, files.json, files.markdown].map((file) => readFile(file, "utf8")),
  )
  return { files, html: html!, json: JSON.parse(json!), markdown: markdown! }
}

async function adapted(name: string, wish: Parameters<typeof syntheticAdaptation>[0] = {}) {
  return reportOf(await syntheticAdaptation({ folder: join(folder, `${name}-store`), ...wish }), name)
}

/** The markup of one section, empty where there is none. */
const section = (html: string, id: string): string =>
  html.match(new RegExp(`<section id="${id}"[\\s\\S]*?</section>`))?.[0] ?? ""
const text = (html: string): string => html.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ")
/** The table rows of a section as text. */
const rows = (html: string): string[] =>
  html.match(/<tr[\s\S]*?<\/tr>/g)?.map((row) => text(row).trim()) ?? []

test("every arm has its accuracies, its seeds as dots, its share of the gap and its training time in one row", async () => {
  const { html } = await adapted("whole", { against: "sourceOnly" })
  const table = rows(section(html, "adaptation"))
  expect(table[0]).toBe("Arm Target accuracy Seeds, interval, bounds Source accuracy Gap closed Training")
  expect(table).toHaveLength(4)
  // 0.7 on average with sd 0.1: 0.7 ± 4.303 * 0.1 / sqrt(3). Source accuracies are 0.91, 0.92 and 0.93.
  expect(table[3]).toMatch(
    /^dann challenger 0\.700 0\.452 to 0\.948 .* 0\.920 0\.895 to 0\.945 50\.0 % 50\.0 % to 50\.0 % 3 seeds [\d.]+ s$/,
  )
  expect(table[1]).toContain("sourceOnly lower bound 0.500")
  expect(table[2]).toContain("targetOnly upper bound 0.900")
  expect(table[2]).toContain("its source is the target")
  const [, , , row] = section(html, "adaptation").match(/<tr[\s\S]*?<\/tr>/g)!
  expect(row!.match(/<circle /g)).toHaveLength(3)
  expect(row).toContain("lower bound 0.500, upper bound 0.900, seed 1 0.700, seed 2 0.600, seed 3 0.800.")
  expect(text(html)).toContain("from glyphs to glyphs (domain rotated)")
})

test("changes by class are shown against the lower bound, and what is taken for what is drawn for every arm", async () => {
  const { html } = await adapted("classes")
  const classes = section(html, "classes")
  expect(rows(classes)).toEqual([
    "Arm cat dog",
    "sourceOnly lower bound, % 50 50",
    "targetOnly +40 +40",
    "dann +20 +20",
  ])
  expect(classes.match(/<svg class="chart"/g)).toHaveLength(3)
  expect(classes).toContain("cat is answered cat in 70 %, dog is answered dog in 70 %.")
})

test("one panel an arm shows where both domains lie, and says what it cannot show", async () => {
  const { html } = await adapted("embedding")
  const panels = section(html, "embedding")
  expect(panels.match(/<svg class="chart"/g)).toHaveLength(3)
  expect(panels.match(/seed 1; [\d.]+ % and [\d.]+ % of the variance/g)).toHaveLength(3)
  expect(panels).toContain("30 source and 30 target images")
  expect(panels).toContain("may differ along all that is not drawn")
})

test("without an upper bound there is no share, and a sentence says so once for all arms", async () => {
  const cdan = { ...dann, use: "cdan" }
  const { html, json, markdown } = await adapted("unbounded", { arms: { sourceOnly, dann, cdan } })
  const body = text(section(html, "adaptation"))
  expect(body.match(/no share, as the plan has no single bound/g)).toHaveLength(1)
  expect(body).toContain("dann and cdan: no share")
  expect(body).not.toContain("The share of the gap closed is")
  expect(json.adaptation[1]).toMatchObject({ arm: "dann", gapClosed: null, upperBound: null })
  expect(markdown).toContain("* dann: no share, as the plan has no single bound")
})

test("arms that an oracle chose stand apart: in no table with others, and never as the best", async () => {
  const other: SyntheticArm = { ...dann, use: "cdan", accuracy: [0.6, 0.6, 0.6] }
  const { html, markdown } = await adapted("oracle", {
    arms: { ...halfway, other, low: { ...sourceOnly, selection: "targetOracle" }, told },
    against: "sourceOnly",
  })
  for (const id of ["adaptation", "scores", "seeds"]) {
    const tables = section(html, id).match(/<table[\s\S]*?<\/table>/g)!
    expect(tables.map((table) => table.includes("told"))).toEqual([false, true])
    expect(tables[1]).not.toMatch(/<\/span>(dann|other|sourceOnly|targetOnly)</)
    expect(tables[0]).toMatch(/<\/span>dann</)
  }
  expect(text(section(html, "adaptation"))).toContain("Such labels are not available in practice")
  expect(section(html, "adaptation")).not.toContain("NaN")
  expect(html).toContain("targetAccuracy 0.700 by dann")
  const tables = markdown.split("\n\n").filter((part) => part.includes("\n| told |"))
  expect(tables).toHaveLength(3) // domains, classes and scores
  for (const table of tables) expect(table).not.toMatch(/\n\| (dann|other|sourceOnly) /)
})

test("every target has a table of its own", async () => {
  const blurred = { use: "glyphs", size: 28, domain: "blurred" }
  const { html } = await adapted("targets", {
    arms: { ...halfway, sourceOnly2: { ...sourceOnly, target: blurred } },
  })
  const body = section(html, "adaptation")
  expect(body.match(/<h3>[^<]*/g)).toEqual([
    "<h3>Target glyphs (domain rotated)",
    "<h3>Target glyphs (domain blurred)",
  ])
  expect(body.match(/<table/g)).toHaveLength(2)
})

test("of a target without labels the unsupervised scores of one arm are shown, and accuracy is said to be unknown", async () => {
  const { html, json, markdown, files } = await adapted("blind", { arms: { dann }, labels: false })
  const body = section(html, "adaptation")
  expect(text(body)).toContain(
    "Accuracy on the target is not known: the labels of the target are not known. What stands here instead (informationMaximisation and predictionEntropy)",
  )
  // 1.1, 1.2 and 1.3 by seed: 1.2 ± 4.303 * 0.1 / sqrt(3).
  expect(rows(body)[1]).toMatch(/^dann challenger 1\.20 0\.952 to 1\.45 0\.500 0\.500 to 0\.500 /)
  expect(text(section(html, "classes"))).toContain("nothing is known by class")
  expect(section(html, "embedding")).toContain("<svg")
  expect(json.adaptation).toMatchObject([{ arm: "dann", answers: null, gapClosed: null }])
  expect(markdown).toContain("Accuracy on the target is not known")
  expect(await readFile(files.adaptation!, "utf8")).not.toContain("count")
})

test("labels that no metric of the plan reads are told apart from labels that are unknown", async () => {
  const findings = await syntheticAdaptation({ folder: join(folder, "unread-store") })
  const outputs = findings.plan.outputs.filter(({ name }) => !name.endsWith("Accuracy"))
  const { html } = await reportOf({ ...findings, plan: { ...findings.plan, outputs } }, "unread")
  expect(text(section(html, "adaptation"))).toContain("no metric of the plan judged it")
})

test("before anything is played, and after nothing but failures, the sections say what is missing", async () => {
  const findings = await syntheticAdaptation()
  const trials = findings.trials.map(({ result: _, ...trial }) => ({ ...trial, status: "missing" as const }))
  const { html } = await reportOf({ ...findings, trials }, "unplayed")
  expect(text(section(html, "adaptation"))).toContain("No trial of an arm that adapts has been judged yet.")
  expect(text(section(html, "embedding"))).toContain("No finished trial left features")
  const arms = { ...halfway, dann: { ...dann, accuracy: [undefined, undefined, undefined] } }
  const part = await adapted("partly", { arms })
  expect(rows(section(part.html, "adaptation"))[3]).toBe(
    "dann challenger none no finished seed none undefined –",
  )
  expect(text(part.html)).toContain("dann: no share yet, as no seed has finished in the arm and both bounds.")
})

test("a plan without controls has no empty columns, rows or words about them", async () => {
  const { html, markdown } = await adapted("uncontrolled", { against: "sourceOnly" })
  expect(text(section(html, "headroom"))).toContain(
    "Not checked: the plan has no controls. Perfect answers would have targetAccuracy 1.00, targetClassAccuracy 1.00 and sourceAccuracy 1.00.",
  )
  expect(section(html, "headroom")).not.toContain("<table")
  expect(text(section(html, "scores"))).not.toMatch(/shaded rows|evaluation sd/)
  expect(text(section(html, "cost"))).toContain("All published trials together took")
  expect(text(section(html, "protocol"))).not.toMatch(/Judges|generator/)
  expect(section(html, "pictures")).toBe("")
  expect(markdown).not.toMatch(/\*(real|blurred|trivial)\*/)
})

test("the protocol names what chose checkpoints where something did", async () => {
  const last = await adapted("last")
  expect(text(section(last.html, "protocol"))).toContain("No checkpoint is selected.")
  const arms = { ...halfway, dann: { ...dann, selection: "sourceValidation" } }
  const chosen = await adapted("chosen", { arms })
  expect(text(section(chosen.html, "protocol"))).toContain("(dann by sourceValidation)")
  expect(text(section(chosen.html, "adaptation"))).toContain("challenger, checkpoint by sourceValidation")
})

test("translations stand beside source and target images, and arms without any are not missed", async () => {
  const findings = await syntheticAdaptation({ folder: join(folder, "translated-store") })
  const tiles = ["#ff0000", "#00ff00", "#0000ff"].map((background, column) => ({
    input: { create: { width: 28, height: 28, channels: 3 as const, background } },
    left: column * 30,
    top: 0,
  }))
  const sheet = sharp({ create: { width: 88, height: 28, channels: 3, background: "#ffffff" } })
  const trials = await Promise.all(
    findings.trials.map(async (trial) => {
      if (trial.arm !== "dann") return trial
      await sheet.clone().composite(tiles).png().toFile(join(trial.folder!, "grid.png"))
      const artifacts = { ...trial.result!.artifacts, grid: "grid.png" }
      return { ...trial, result: { ...trial.result!, artifacts } }
    }),
  )
  const { html } = await reportOf({ ...findings, trials }, "translated")
  const pictures = section(html, "pictures")
  expect(text(pictures)).toContain("source target, no pairs dann, seed 1")
  expect(pictures.match(/<img /g)).toHaveLength(3)
  expect(pictures).not.toContain("Not shown")
})

test("JSON, CSV and markdown hold the bounds, the shares, the answers and the changes", async () => {
  const { json, markdown, files } = await adapted("facts")
  expect(json.adaptation.map(({ arm }: { arm: string }) => arm)).toEqual(["sourceOnly", "targetOnly", "dann"])
  expect(json.adaptation[2]).toMatchObject({
    method: "dann",
    selection: "last",
    source: "glyphs",
    target: "glyphs (domain rotated)",
    lowerBound: "sourceOnly",
    upperBound: "targetOnly",
    gapClosed: { seeds: 3 },
    gapSentence: null,
    answers: {
      classes: ["cat", "dog"],
      seeds: [1, 2, 3],
      counts: [
        [105, 45],
        [45, 105],
      ],
    },
    embedding: { seed: 1 },
  })
  const lines = (await readFile(files.adaptation!, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","))
  const [header, ...facts] = lines
  const column = (name: string) => header!.indexOf(name)
  expect(new Set(lines.map((line) => line.length))).toEqual(new Set([15]))
  const of = (arm: string, quantity: string) =>
    facts.filter((row) => row[0] === arm && row[column("quantity")] === quantity)
  expect(of("dann", "count").map((row) => row[column("value")])).toEqual(["105", "45", "45", "105"])
  expect(of("dann", "recallChange").map((row) => Number(row[column("value")]))).toEqual([
    expect.closeTo(0.2, 12),
    expect.closeTo(0.2, 12),
  ])
  expect(Number(of("dann", "gapClosed")[0]![column("value")])).toBeCloseTo(0.5, 10)
  expect(of("sourceOnly", "gapClosed")).toEqual([])
  expect(markdown).toContain(
    "| dann | dann | glyphs | glyphs (domain rotated) | sourceOnly 0.500 | targetOnly 0.900 | 50.0 % | 50.0 % to 50.0 % |",
  )
  expect(markdown).toContain("| dann | +20 | +20 |")
  expect(JSON.stringify(json)).not.toContain(folder)
})

test("a study of images has none of these sections, no file of theirs, and no key in its JSON", async () => {
  const { html, json, files } = await reportOf(await syntheticFindings(), "images")
  for (const id of ["adaptation", "classes", "embedding"]) expect(section(html, id)).toBe("")
  expect(files.adaptation).toBeUndefined()
  expect(existsSync(join(folder, "images", "adaptation.csv"))).toBe(false)
  expect("adaptation" in json).toBe(false)
})

test("the same findings give the same bytes, and the page loads nothing", async () => {
  const findings = await syntheticAdaptation({ folder: join(folder, "same-store") })
  const [one, other] = [
    await reportOf(findings, "one"),
    await reportOf({ ...findings, trials: findings.trials.toReversed() }, "other"),
  ]
  expect(one.html === other.html).toBe(true)
  expect(one.html.match(/<script|https?:|url\((?!#)|@import/g)).toBeNull()
  for (const [tag] of one.html.matchAll(/<svg[^>]*>/g)) {
    expect(tag).toMatch(/role="img" aria-label="[^"]{20,}"/)
  }
})

test("hostile names of arms and classes stay text", async () => {
  const name = `<script>x</script>`
  const { html } = await adapted("hostile", { arms: { ...halfway, [name]: dann } })
  expect(html).not.toContain("<script")
  expect(section(html, "classes")).toContain("&lt;script&gt;")
})
