import { linkSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { folderSize } from "./folderSize.ts"

test("a folder has the bytes of all files in it, one with two names once, and the time of the newest", () => {
  const place = mkdtempSync(join(tmpdir(), "saddlepoint-size-"))
  mkdirSync(join(place, "deep"))
  writeFileSync(join(place, "a"), "12345")
  writeFileSync(join(place, "deep", "b"), "123")
  linkSync(join(place, "a"), join(place, "deep", "again"))
  utimesSync(join(place, "a"), 100, 100)
  utimesSync(join(place, "deep", "b"), 200, 200)
  expect(folderSize(place)).toEqual({ bytes: 8, newest: 200_000 })
  expect(folderSize(join(place, "a"))).toEqual({ bytes: 5, newest: 100_000 })
  expect(folderSize(join(place, "nothing"))).toEqual({ bytes: 0, newest: 0 })
  rmSync(place, { recursive: true })
})
