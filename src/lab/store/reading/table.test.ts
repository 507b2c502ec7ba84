import { expect, test } from "vitest"
import { csvLines, rowObjects, type Table } from "./table.ts"

const table: Table = {
  columns: [
    { name: "said, by whom", kind: "text" },
    { name: "value", kind: "number" },
    { name: "told", kind: "truth" },
  ],
  rows: [
    ['He said "no",\nalas', 0.1 + 0.2, false],
    [null, Number.NaN, null],
    ["", Number.NEGATIVE_INFINITY, true],
  ],
}

test("CSV quotes what must be quoted, loses no digit and leaves out what is not there", () => {
  expect([...csvLines(table)]).toEqual([
    '"said, by whom",value,told\r\n',
    '"He said ""no"",\nalas",0.30000000000000004,false\r\n',
    ",NaN,\r\n",
    ",-Infinity,true\r\n",
  ])
})

test("objects hold numbers that JSON does not know as texts, and null where there is no value", () => {
  const [, second, third] = [...rowObjects(table)]
  expect(JSON.parse(JSON.stringify(second))).toEqual({ "said, by whom": null, value: "NaN", told: null })
  expect(third).toEqual({ "said, by whom": "", value: "-Infinity", told: true })
})
