import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { loadGuarded, longestLoad } from "./loadGuard.ts"
import { saddlepoint, start, temporaryFolder, tinyExperiment } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
place.write("ok.ts", tinyExperiment())
const also = (line: string) => `${line}\nexport { default } from "./ok.ts"\n`

const within = `
import { baseline, experiment } from "@saddlepoint/core/experiment"
const own: Record<string, unknown> = {}
own.own = own
export default experiment({ name: "x", question: "?", arms: { a: baseline(own as never) }, metrics: [], compare: [], seeds: 1 })
`

/** A definition whose dataset is the user's own; `body` says what of it loops. */
function loopsIn(body: string): string {
  return `
import { baseline, experiment } from "@saddlepoint/core/experiment"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { l1 } from "@saddlepoint/core/losses/l1"
import { unet } from "@saddlepoint/core/models/unet"
import { use } from "@saddlepoint/core/plugin"
import { psnr } from "@saddlepoint/metrics/psnr"
const parts = { fields: { input: "image", target: "image" }, labels: false, licence: "none", digest: async () => "none", open: async () => ({}) }
const own = { kind: "dataset", name: "own", version: 1, options: {}, build: () => parts, ...{ ${body} } }
const data = use(own as never) as never
export default experiment({
  name: "x", question: "?", metrics: [psnr()], compare: [], seeds: 1, budget: { steps: 1 },
  arms: { a: baseline(pix2pix({ data, generator: unet({ width: 2 }), losses: [l1(1)] })) },
})
`
}

test.each<[string, string, RegExp]>([
  ["throws nothing", "throw null", /cannot be loaded: it throws null$/],
  ["throws a text", 'throw "words"', /cannot be loaded: it throws "words"$/],
  ["ends the process", "process.exit(0)", /cannot be loaded: it ends the process; leave that out$/],
  ["exports a promise", "export default new Promise(() => {})", /but got a promise, which nobody awaits$/],
  ["holds itself", within, /cannot be loaded: it holds an object that is within itself or too deep/],
])("a definition that %s is one sentence and exit code 2", async (what, text, sentence) => {
  const file = `${what.replaceAll(" ", "-")}.ts`
  place.write(file, text)
  const { code, stdout, stderr } = await saddlepoint(["plan", file, "--json"], place.folder)
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
  expect(stderr.trimEnd()).toMatch(sentence)
  expect(stderr.trimEnd().split("\n")).toHaveLength(1)
})

test("a folder in the place of a definition is named as one", async () => {
  mkdirSync(join(place.folder, "folder.ts"))
  const { code, stderr } = await saddlepoint(["plan", "folder.ts"], place.folder)
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: "folder.ts is a folder; give the path of an experiment's file\n",
  })
})

test("what a definition prints stands on standard error, and a promise that it leaves behind is told", async () => {
  place.write("prints.ts", also('console.log("hello")\nsetTimeout(() => Promise.reject(new Error("later")))'))
  const { code, stdout, stderr } = await saddlepoint(["plan", "prints.ts", "--json"], place.folder)
  expect(JSON.parse(stdout).experiment).toBe("tiny")
  expect(stderr).toMatch(/^hello\nA promise of prints\.ts was rejected and nobody awaits it: later\n$/)
  expect(code).toBe(2)
})

test("a timer that a definition leaves holds nothing up, and one that throws is told in a line", async () => {
  place.write("ticks.ts", also("setInterval(() => {}, 1000)"))
  expect(await saddlepoint(["plan", "ticks.ts", "--json"], place.folder)).toMatchObject({
    code: 0,
    stderr: "",
  })
  const throws =
    'setTimeout(() => { throw new Error("later") }); await new Promise((go) => setTimeout(go, 50))'
  place.write("throws.ts", also(throws))
  expect(await saddlepoint(["plan", "throws.ts"], place.folder)).toMatchObject({
    code: 2,
    stderr: "throws.ts threw where nobody waits for it (a timer, an event): later\n",
  })
})

test.each([
  ["while it is loaded", "for (;;) {}", "cannot be loaded: it is not loaded"],
  [
    "and catches all that it can",
    "for (;;) try { JSON.parse('{') } catch {}",
    "cannot be loaded: it is not loaded",
  ],
  [
    "where a plug-in is built",
    loopsIn("build: () => { for (;;) {} }"),
    "cannot be read: its plug-ins are not built",
  ],
  [
    "where a plug-in is checked",
    loopsIn("check: () => { for (;;) {} }"),
    "cannot be read: its plug-ins are not built",
  ],
])("a definition that loops %s ends in one sentence and exit code 2", async (what, text, clause) => {
  const file = `loops-${what.replaceAll(" ", "-")}.ts`
  place.write(file, text)
  const { ended } = start(["plan", file, "--json"], place.folder, { SADDLEPOINT_LOAD_SECONDS: "1" })
  expect(await ended).toEqual({
    code: 2,
    stdout: "",
    stderr: `${file} ${clause} after 1 s; what takes long belongs into a plug-in's functions (SADDLEPOINT_LOAD_SECONDS gives it more time)\n`,
  })
})

test("Ctrl-C ends a plug-in that loops while it is built, and one whose data never opens", async () => {
  const loops = 'build() { console.error("looping"); for (;;) {} }'
  const hangs = 'build: () => ({ ...parts, missing() { console.error("looping"); for (;;) {} } })'
  for (const body of [loops, hangs]) {
    place.write("loops-later.ts", loopsIn(body))
    const { child, ended } = start(["plan", "loops-later.ts"], place.folder)
    await new Promise((resolve) => child.stderr!.once("data", resolve))
    child.kill("SIGINT")
    expect((await ended).code).not.toBe(0)
  }
})

test("a time limit that is no number of seconds is told", () => {
  expect(longestLoad("")).toBe(60)
  expect(longestLoad("0.5")).toBe(0.5)
  expect(() => longestLoad("soon")).toThrow(
    'Expected seconds above 0 in SADDLEPOINT_LOAD_SECONDS but got "soon"; leave it out for 60.',
  )
})

test("Ctrl-C ends a definition that loops while it loads", async () => {
  place.write("loops.ts", 'console.error("looping")\nfor (;;) {}')
  const { child, ended } = start(["plan", "loops.ts"], place.folder)
  await new Promise((resolve) => child.stderr!.once("data", resolve))
  child.kill("SIGINT")
  expect((await ended).code).not.toBe(0)
})

test("a file that never ends loading is refused, and everything is as it was", async () => {
  const before = [process.exit, process.listenerCount("SIGINT")]
  await expect(loadGuarded(() => new Promise(() => {}), "never.ts", 0.01)).rejects.toThrow(
    /^it is not loaded after 0.01 s/,
  )
  expect([process.exit, process.listenerCount("SIGINT")]).toEqual(before)
})
