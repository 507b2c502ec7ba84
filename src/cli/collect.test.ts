import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parquetReadObjects } from "hyparquet"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyYaml } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
beforeAll(async () => {
  place.write("tiny.yaml", tinyYaml())
  const { code, stderr } = await saddlepoint(
    ["run", "tiny.yaml", "--device", "js", "--set", "arms.l1.losses[0].weight=1,10"],
    place.folder,
  )
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" })
})

const collect = (...words: string[]) => saddlepoint(["collect", "tiny-yaml", ...words], place.folder)
type Row = Readonly<Record<string, string | number | boolean | null>>
async function objects(...words: string[]): Promise<readonly Row[]> {
  const { code, stdout, stderr } = await collect(...words, "--json")
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return JSON.parse(stdout)
}
/** Of CSV without a cell in quotes. */
const cells = (csv: string) =>
  csv
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","))

async function parquet(...words: string[]): Promise<readonly Row[]> {
  const name = `table${words.join("")}.parquet`
  const { code, stdout, stderr } = await collect(...words, "--parquet", name)
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  const { buffer, byteOffset, byteLength } = readFileSync(join(place.folder, name))
  const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
  const rows = await parquetReadObjects({ file })
  const columns = Object.keys(rows[0]!).length
  expect(stdout).toBe(`Wrote ${name}: ${rows.length} rows, ${columns} columns.\n`)
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
    ),
  )
}

test("--wide has a row for each result, with its parameters and metrics, alike in JSON, CSV and Parquet", async () => {
  const rows = await objects("--wide")
  const arms = rows.filter(({ kind }) => kind === "arm")
  expect(arms.map((row) => [row.arm, row["method.losses[0].use"], row["method.losses[0].weight"]])).toEqual([
    ["l1/losses.0.weight=1", "l1", 1],
    ["l1/losses.0.weight=10", "l1", 10],
    ["l2", "l2", 1],
  ])
  for (const row of arms) {
    expect(row).toMatchObject({
      profile: "default",
      dataset: "facades",
      "method.generator.width": 2,
      "method.budget.steps": 2,
      "psnr.unit": "dB",
      "psnr.higherIsBetter": true,
      "psnr.images": 4,
      "psnr.noise": null,
    })
    expect(row.psnr).toBeGreaterThan(0)
    expect(row.definition).toMatch(/^[0-9a-f]{64}$/)
  }
  const [names, ...lines] = cells((await collect("--wide", "--csv")).stdout)
  expect(names).toEqual(Object.keys(rows[0]!))
  expect(lines).toEqual(rows.map((row) => Object.values(row).map((value) => String(value ?? ""))))
  expect(await parquet("--wide")).toEqual(rows)
})

test("the long form keeps its columns and has profile, definition, data, unit, noise and count behind them", async () => {
  const [names, ...lines] = cells((await collect("--csv")).stdout)
  expect(names!.join(" ")).toBe(
    "experiment trial kind arm role seed execution judging attempt status metric value identity steps trainSeconds seconds " +
      "weightsSha256 peakMemory code commit engine device startedAt evidence altered " +
      "profile definition dataset datasetDigest unit higherIsBetter noise images",
  )
  expect(new Set(lines.map((line) => line.slice(-4).join(" ")))).toEqual(new Set(["dB true  4"]))
  const rows = await parquet()
  expect(rows.map((row) => names!.map((name) => String(row[name] ?? "")))).toEqual(lines)
})

test("--curves has every series of every step, alike in JSON, CSV and Parquet", async () => {
  const rows = await objects("--curves")
  const own = rows.filter(({ arm }) => arm === "l2")
  expect(own.map(({ step, series }) => `${step} ${series}`)).toEqual([
    "0 generator/l2",
    "0 generator/total",
    "1 generator/l2",
    "1 generator/total",
  ])
  expect(own.every(({ value, stage }) => typeof value === "number" && stage === "translation")).toBe(true)
  const [names, ...lines] = cells((await collect("--curves", "--csv")).stdout)
  expect(lines).toEqual(rows.map((row) => names!.map((name) => String(row[name]))))
  expect(await parquet("--curves")).toEqual(rows)
})

test("flags that contradict each other, and a table without a form, are one sentence and exit code 2", async () => {
  place.write("taken.parquet", "mine")
  const cases: [words: string[], sentence: string][] = [
    [["--wide", "--curves", "--csv"], "Expected --wide or --curves, but got both; leave one out."],
    [["--csv", "--json"], "Expected --csv or --json, but got both; leave one out."],
    [["--csv", "--parquet", "x"], "Expected --csv or --parquet, but got both; leave one out."],
    [
      ["--wide"],
      "Expected --csv, --json or --parquet FILE beside --wide, as no terminal has room for that table, but got none; add one.",
    ],
    [
      ["--curves"],
      "Expected --csv, --json or --parquet FILE beside --curves, as no terminal has room for that table, but got none; add one.",
    ],
    [
      ["--parquet", "taken.parquet"],
      "Expected a name after --parquet that is free, but taken.parquet is there already; give another, or remove it.",
    ],
  ]
  for (const [words, sentence] of cases) {
    expect([words, await collect(...words)]).toEqual([
      words,
      { code: 2, stdout: "", stderr: `${sentence}\n` },
    ])
  }
  expect(readFileSync(join(place.folder, "taken.parquet"), "utf8")).toBe("mine")
})

test("with --json a file is told in one object", async () => {
  const { stdout } = await collect("--parquet", "told.parquet", "--json")
  expect(JSON.parse(stdout)).toEqual({ file: "told.parquet", rows: 6, columns: 33 })
})
