import { join } from "node:path"
import { expect, test } from "vitest"
import { withoutPaths, withPathsCut } from "./privacy.ts"

test.each([
  ["Error: no such file, open '/home/jane/data/a.png'", "Error: no such file, open '…/a.png'"],
  ["at play (file:///home/jane/own/model.ts:3:14)", "at play (…/model.ts:3:14)"],
  ["ENOENT:/home/jane/data", "ENOENT:…/data"],
  ["arms.a.data.folder=/home/jane/data", "arms.a.data.folder=…/data"],
  ["arms.a.data.folder=/data", "arms.a.data.folder=…/data"],
  ["/data", "…/data"],
  ["/home/Jane Doe/my data", "…/my data"],
  ["/home/jane/data/", "…/data"],
  ['cannot read "/home/Jane Doe/my data", give another', 'cannot read "…/my data", give another'],
  ["found in /home/jane/private store/runs and left", "found in …/runs and left"],
  ["C:\\Users\\jane\\data\\a.png is gone", "…/a.png is gone"],
])("of the absolute path in %j the last part stays", (text, cut) => {
  expect(withPathsCut({ [text]: [text] })).toEqual({ [cut]: [cut] })
  // Once is enough.
  expect(withPathsCut(cut)).toBe(cut)
})

test.each([
  "https://arxiv.org/abs/1406.2661",
  "http://127.0.0.1:5000/api/runs",
  "experiments/own/question.ts",
  "../data/pairs",
  "steps/s and images/s, a and/or b, 1 / 2",
  "</section></div>",
  "/",
])("%j names no place of a machine, and stays", (text) => {
  expect(withPathsCut(text)).toBe(text)
})

test("a path within the working folder is told from there", () => {
  const inside = join(process.cwd(), "own data", "pairs")
  expect(withoutPaths([inside, `folder=${inside}`, `cannot open '${inside}'`])).toEqual([
    "own data/pairs",
    "folder=own data/pairs",
    "cannot open 'own data/pairs'",
  ])
})
