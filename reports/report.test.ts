import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { noCurves } from "@saddlepoint/lab/store/attempts/lossCurves"
import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { writeReport } from "./report.ts"
import { syntheticFindings } from "./testing/syntheticFindings.ts"

let folder: string
let findings: Findings
let page: string

const gan70 = "gan/discriminator.receptiveField=70"

async function pageOf(findings: Findings, name: string): Promise<string> {
  return readFile((await writeReport(findings, join(folder, name))).html, "utf8")
}

/** All matches, so that a failing test prints them and not the page. */
const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([match]) => match)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "saddlepoint-report-"))
  findings = await syntheticFindings({
    folder: join(folder, "store"),
    ends: { [`${gan70} 2`]: "diverged", "l2 5": "failed", "l1 4": "missing" },
  })
  page = await pageOf(findings, "whole")
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test("the page loads nothing: no script, no link to elsewhere, pictures and charts inside, below 10 MB", () => {
  // Only references into the page itself, such as the charts' clip paths.
  expect(found(page, /<(script|link|iframe|object|embed|base)\b|https?:|url\((?!#)|@import/gi)).toEqual([])
  for (const [, target] of page.matchAll(/(?:src|href)="([^"]*)"/g))
    expect(target).toMatch(/^(#|data:image\/webp;base64,)/)
  // Input, target and five arms: small beside the answer, and as large as they are further down.
  expect(page.match(/<img /g)!.length).toBe(2 * 7)
  expect(page.match(/<svg class="chart"/g)!.length).toBeGreaterThanOrEqual(4)
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)
  expect(page.length).toBeLessThan(10_000_000)
})

test("commands that ask for the page again can be given to a shell", async () => {
  const asked = { file: "my questions/it's.yaml", overrides: ["question=Why?"] }
  const plan = { ...findings.plan, profile: "real data" }
  const text = await pageOf({ ...findings, plan, asked }, "asked")
  const commands = text.slice(text.indexOf("\nsaddlepoint run"), text.indexOf("\nsaddlepoint verify"))
  expect(commands.replaceAll("&#39;", "'").trim().split("\n")).toEqual([
    "saddlepoint run 'my questions/it'\\''s.yaml' --profile 'real data' --set 'question=Why?'",
    `saddlepoint report ${plan.experiment} --profile 'real data'`,
  ])
})

test("whatever a store's records say, of a path of the machine only the last part is written", async () => {
  const place = "/home/jane doe/questions/own data"
  const told = {
    ...findings,
    plan: { ...findings.plan, question: `What is in ${place}/a.png?` },
    asked: { file: `${place}/own.ts`, overrides: [`arms.gan.data.folder=${place}`] },
    environment: { ...findings.environment, Commit: `file://${place}/x` },
    trials: findings.trials.map((trial) =>
      trial.status === "completed" ? trial : { ...trial, evidence: `cannot open '${place}/b.png': gone` },
    ),
    altered: [{ file: `${place}/1.json`, sentence: `The plan ${place}/1.json is damaged.` }],
  }
  const { verdicts: _, ...written } = await writeReport(told as Findings, join(folder, "private"))
  for (const file of Object.values(written)) {
    const text = await readFile(file, "utf8")
    expect(found(text, /\/home|jane/g)).toEqual([])
    expect(text).toMatch(/…\/(a|b)\.png/)
  }
})

test("the same findings give the same bytes, in whatever order the trials come", async () => {
  const shuffled = { ...findings, trials: findings.trials.toReversed() }
  const [first, second] = [
    await writeReport(findings, join(folder, "a")),
    await writeReport(shuffled, join(folder, "b")),
  ]
  for (const kind of ["html", "csv", "json"] as const) {
    expect((await readFile(first[kind])).equals(await readFile(second[kind]))).toBe(true)
  }
})

test("the page and the tables say how well each judge learnt, by its score beside chance and bar", async () => {
  const words = "accuracy of what was done to images 0.93 on 64 validation images (chance 0.25, bar 0.344)"
  expect(found(page, /judge\/fid\.features<\/span>: [^<;]*; [^<;]*/g)).toEqual([
    `judge/fid.features</span>: trained for 400 steps; ${words}.`,
  ])
  const { markdown } = await writeReport(findings, join(folder, "tables"))
  expect(await readFile(markdown, "utf8")).toContain(`* judge/fid.features: ${words}`)
})

test("where nothing has finished there is a page all the same, and every verdict is inconclusive", async () => {
  const missing = (of: Findings["trials"]) =>
    of.map(({ id, arm, role, kind, seed }) => {
      return { id, arm, role, kind, seed, status: "missing" as const, curves: noCurves }
    })
  const { trials, controls, judges, ...others } = findings
  const nothing: Findings = {
    ...others,
    trials: missing(trials),
    controls: missing(controls),
    judges: missing(judges),
  }
  const empty = await pageOf(nothing, "nothing")
  expect(empty).toContain(findings.plan.question)
  expect(empty).not.toMatch(/NaN|undefined/)
})

test("headings do not skip a level, the question is the only title, and ids are unique", () => {
  const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
  expect(levels.filter((level) => level === 1)).toHaveLength(1)
  levels.reduce((before, level) => {
    expect(level).toBeLessThanOrEqual(before + 1)
    return level
  }, 0)
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, anchor] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(anchor)
})

test("every drawing and picture has a text alternative, and every column of a table a heading", () => {
  for (const [tag] of page.matchAll(/<svg[^>]*>/g)) expect(tag).toMatch(/role="img" aria-label="[^"]{20,}"/)
  for (const [tag] of page.matchAll(/<img[^>]*>/g)) expect(tag).toMatch(/alt="[^"]{20,}"/)
  for (const [table] of page.matchAll(/<thead[\s\S]*?<\/thead>/g)) {
    for (const [cell] of table.matchAll(/<th[ >][^>]*>/g)) expect(cell).toContain('scope="col"')
  }
})

test("charts follow the theme: no stand-in colour is left, and both themes are defined", () => {
  expect(found(page, /#fe01../g)).toEqual([])
  expect(page).toContain("prefers-color-scheme:dark")
  expect(page).toMatch(/stroke="var\(--/)
})

test("diverged, failed and missing trials are counted and listed with their evidence", () => {
  const failures = page.slice(page.indexOf('id="failures"'))
  expect(failures).toContain(
    "gan (receptive field 70), seed 2</strong> diverged: The loss generator/total became NaN at step 120.",
  )
  expect(failures).toContain("l2, seed 5</strong> failed: The process ended with signal SIGKILL.")
  expect(failures).toContain("l1, seed 4</strong> not played")
  expect(page).toContain("<dt>trials finished</dt><dd>22 of 25</dd>")
  expect(page).toContain("Only 4 of 5 planned pairs: l1 was not played on seed 4.")
})

test("effect sizes, intervals with their coverage and what is withheld stand folded under each verdict", () => {
  const verdicts = page.slice(page.indexOf('id="verdicts"'), page.indexOf('id="scores"'))
  expect(found(verdicts, /<details>/g)).toHaveLength(4)
  expect(verdicts).toMatch(
    /<summary>Cliff’s delta −[\d.]+, paired d −[\d.]+, probability of improvement [\d.]+<\/summary>/,
  )
  // Measured coverage at 4 seeds, from metrics/studies/README.md; gan 16 and l1 share 4 seeds.
  expect(verdicts).toContain(
    "descriptive only, as 4 seeds are fewer than 20; with normal differences such intervals held the true one in 80.6 % and 80.8 % of simulated studies.",
  )
  expect(verdicts).toMatch(/<dt>evaluation sd<\/dt><dd>[\d.]+ of one seed&#39;s difference/)
  expect(verdicts).toContain("<dt>evaluation sd</dt><dd>not estimated</dd>")
})

test("training and evaluation sd stand side by side where the metric estimates its noise", () => {
  const scores = page.slice(page.indexOf('id="scores"'), page.indexOf('id="ablation"'))
  expect(found(scores, /<small>training sd /g)).toHaveLength(20) // five arms, four metrics
  expect(found(scores, /<small>evaluation sd /g)).toHaveLength(5) // of fid alone
})

test("compared arms of which one lost a seed have a verdict on failures, and others are left out", () => {
  const failures = page.slice(page.indexOf('id="failures"'), page.indexOf('id="reproduce"'))
  expect(failures).toContain("Does one arm fail more often?")
  expect(found(failures, /against l[12]/g)).toEqual(["against l2"])
  expect(failures).toContain("no difference shown")
  expect(failures).toContain('<td class="n">0 of 5</td><td class="n">1 of 5</td>')
})

test("where no compared arm lost a seed one line says so", async () => {
  const pages = [await syntheticFindings({ ends: { "l1 4": "missing" } }), await syntheticFindings()]
  const [missing, whole] = await Promise.all(pages.map((each, i) => pageOf(each, `sound-${i}`)))
  expect(missing!.includes("No seed of a compared arm failed or diverged")).toBe(true)
  expect(whole!.includes("Every planned trial completed.")).toBe(true)
  for (const text of [missing!, whole!]) expect(found(text, /Does one arm fail more often/g)).toEqual([])
})

test("the controls of the rule are shown, and too few seeds are said to be too few", async () => {
  const controls = page.slice(page.indexOf('id="verdict-controls"'), page.indexOf('id="seeds"'))
  expect(controls).toMatch(/Shuffled labels: \d+ of 32 relabellings/)
  expect(controls).toMatch(/The same arm on disjoint seeds: \d+ of 2000 relabellings/)
  const few = await pageOf(await syntheticFindings({ seeds: [1, 2, 3] }), "few")
  expect(few).toContain("which says little: with 3 pairs there are only 8 unlike ones")
  expect(few).toContain("too few seeds, as a verdict needs two pairs and there is one")
})

test("comparisons without headroom are said not to count in the controls of the rule", async () => {
  const controls = findings.controls.map(({ result: _, ...control }) => ({
    ...control,
    status: "missing" as const,
  }))
  expect(await pageOf({ ...findings, controls }, "headless")).toContain(
    "4 of 4 declared comparisons are on a metric without headroom and cannot win in any relabelling",
  )
})

test("the identity of every metric is told in full, and an unlike one is named where it is", async () => {
  const protocol = page.slice(page.indexOf('id="protocol"'), page.indexOf('id="configuration"'))
  expect(found(protocol, /<summary>[^<]*/g)).toEqual(
    ["fid", "classAccuracy", "l1", "psnr"].map((name) => `<summary>${name}: 4 facts`),
  )
  const [first, ...others] = findings.trials
  const { fid, ...more } = first!.result!.metrics
  const metrics = { ...more, fid: { ...fid!, identity: { ...fid!.identity, images: 50 } } }
  const odd = { ...first!, result: { ...first!.result!, metrics } }
  const text = await pageOf({ ...findings, trials: [odd, ...others] }, "odd")
  expect(text).toContain("<summary>fid: 4 facts, not the same everywhere</summary>")
  expect(text).toContain("their identities differ in &quot;images&quot; (50 and 100).")
  expect(text).toContain("The values cannot be compared: their identities differ in &quot;images&quot;")
})

test("hostile names stay text, in tables, charts and alternatives", async () => {
  const name = `<script>alert("x")</script>`
  const hostile = await syntheticFindings({
    arms: {
      [name]: ["baseline", 19, 0.5, 0.14, 19],
      "gan/n=1": ["challenger", 18, 0.6, 0.13, 20],
      "gan/n=8": ["challenger", 17, 0.6, 0.13, 20],
    },
    comparisons: [{ metric: "fid", challenger: "gan/n=1", baseline: name, margin: 0.1, alpha: 0.05 }],
    seeds: [1, 2, 3],
  })
  const text = await pageOf(hostile, "hostile")
  expect(found(text, /<script/g)).toEqual([])
  expect(text).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;")
  expect(text.slice(text.indexOf('id="ablation"'), text.indexOf('id="pictures"'))).toContain("&lt;script&gt;")
})

test("an empty store gives a page that says what is missing", async () => {
  const empty = await pageOf(
    {
      ...findings,
      trials: [],
      controls: [],
      judges: [],
      environment: {},
      plan: { ...findings.plan, comparisons: [], outputs: [] },
    },
    "empty",
  )
  for (const sentence of [
    "Nothing has been played yet, so there is no answer.",
    "No comparison was declared",
    "No completed trial has a picture.",
    "No journal holds a step",
    "No trial has a result, so no cost is known.",
    "No manifest says where this ran.",
  ]) {
    expect(empty).toContain(sentence)
  }
  expect(empty.match(/not played/g)!.length).toBeGreaterThanOrEqual(25)
})

test("a plan without a single trial is a page too", async () => {
  const none = {
    ...findings.plan,
    arms: [],
    trials: [],
    controls: [],
    judges: [],
    seeds: [],
    comparisons: [],
  }
  const text = await pageOf({ ...findings, plan: none, trials: [], controls: [], judges: [] }, "none")
  expect(text).toContain("The plan holds no arms.")
  expect(text).toContain("Every planned trial completed.")
})

test("results.json holds verdicts and every trial, and no path of this machine", async () => {
  const text = await readFile(join(folder, "whole", "results.json"), "utf8")
  const results = JSON.parse(text)
  expect(results.trials).toHaveLength(25)
  expect(results.verdicts).toHaveLength(4)
  expect(results.verdicts[0]).toMatchObject({
    metric: "fid",
    challenger: "gan/discriminator.receptiveField=16",
    baseline: "l1",
  })
  expect(text).not.toContain(folder)
})

/** The findings with the picture of the first trial of an arm replaced. */
function withPicture(arm: string, picture: { readonly folder: string; readonly grid: string }): Findings {
  const trials = findings.trials
    .filter((trial) => trial.arm !== arm || trial.seed === 1)
    .map((trial) =>
      trial.arm === arm
        ? {
            ...trial,
            folder: picture.folder,
            result: { ...trial.result!, artifacts: { grid: picture.grid } },
          }
        : trial,
    )
  return { ...findings, trials }
}

test("a picture outside its attempt's folder is never read, and that is said", async () => {
  const text = await pageOf(withPicture("l2", { folder, grid: "../elsewhere.png" }), "outside")
  expect(found(text, /Not shown: [^<]*/g)).toEqual([
    "Not shown: l2: its picture lies outside the attempt&#39;s folder.",
  ])
})

test("a picture of other examples is not put beside the others, and that is said", async () => {
  const trial = findings.trials.find(({ arm, seed }) => arm === "l2" && seed === 1)!
  const negative = sharp(await readFile(join(trial.folder!, "grid.png"))).negate()
  await negative.toFile(join(folder, "negative.png"))
  const text = await pageOf(withPicture("l2", { folder, grid: "negative.png" }), "other")
  expect(found(text, /Not shown: [^<]*/g)).toEqual([
    "Not shown: l2: its picture shows other examples than that of l1.",
  ])
})

test("without pictures of any arm the page says so", async () => {
  const bare = await pageOf(await syntheticFindings(), "bare")
  expect(found(bare, /<img /g)).toEqual([])
  expect(bare).toContain("No completed trial has a picture.")
})

test("samples are shown as sheets with their seed, and nothing is said of inputs or targets", async () => {
  const samples = await syntheticFindings({ answers: "samples", folder: join(folder, "samples-store") })
  const text = await pageOf(samples, "samples")
  const section = text.match(/<section id="pictures"[\s\S]*?<\/section>/)![0]
  expect(section).toContain("Samples of every arm")
  expect(section).toContain("l1, samples of seed 1")
  expect(section).toContain("real test images")
  expect(section.match(/<img /g)).toHaveLength(6)
  expect(section).not.toMatch(/input|target|example/)
  expect(text).not.toContain("class means")
  expect(text).toContain("Samples are judged as a set")
  const json = JSON.parse(await readFile(join(folder, "samples", "results.json"), "utf8"))
  expect(json.trials[0].answers).toBe("samples")
})

test("translations are said to be no pairs", async () => {
  const folderOf = join(folder, "translations-store")
  const text = await pageOf(
    await syntheticFindings({ answers: "translations", folder: folderOf }),
    "translations",
  )
  expect(text).toContain("Translations of every arm")
  expect(text).toContain("other domain, no pairs")
})

test("beside every arm's configuration stands what was learnt from, and on how many examples was judged", async () => {
  const splits = { train: { size: 400 }, validation: { size: 64 }, test: { size: 100 } }
  const data = {
    name: "facades",
    licence: "MIT",
    digest: "6605bb02386a72e1",
    fields: {},
    labels: "visible",
  } as const
  const text = await pageOf({ ...findings, datasets: [{ ...data, splits }] }, "data")
  expect(text.slice(text.indexOf('id="configuration"'), text.indexOf('id="failures"'))).toContain(
    "Data facades (digest 6605bb02386a): train 400, validation 64, test 100 examples; labels: visible.",
  )
})
