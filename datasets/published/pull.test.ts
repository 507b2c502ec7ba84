import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises"
import { createServer, type RequestListener } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { datasets } from "../catalogue.ts"
import { publishedFolders } from "./dataFolder.ts"
import type { KnownFile, KnownSet } from "./knownSet.ts"
import { knownSets, setsOf } from "./knownSets.ts"
import { pull, verify } from "./pull.ts"
import { emptyFolder } from "../testing/emptyFolder.ts"

const contents: Readonly<Record<string, Buffer>> = {
  "a.gz": Buffer.alloc(100_000, "a"),
  "part/b.jpg": Buffer.from("a small file"),
}
const known = (name: string, bytes = contents[name]!): KnownFile => ({
  name,
  bytes: bytes.length,
  sha256: createHash("sha256").update(bytes).digest("hex"),
})
const files = Object.keys(contents).map((name) => known(name))
const setAt = (...mirrors: readonly string[]): KnownSet => ({
  name: "tiny",
  datasets: ["tiny"],
  licence: "None.",
  forms: [{ files, mirrors }],
})

/** A server on this machine; gives its address. */
async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1")
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise((ready) => server.once("listening", ready))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const good: RequestListener = (request, response) => {
  const found = contents[request.url!.slice(1)]
  response.writeHead(found ? 200 : 404).end(found)
}

async function holdsAll(folder: string): Promise<boolean> {
  const held = await Promise.all(Object.keys(contents).map((name) => readFile(join(folder, name))))
  return Object.values(contents).every((bytes, at) => bytes.equals(held[at]!))
}

/** Names of everything below a folder that is a file. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

test("a set comes from its mirror, and is kept when it is pulled again", async () => {
  let asked = 0
  const mirror = await serve((request, response) => {
    asked++
    good(request, response)
  })
  const folder = join(await emptyFolder(), "tiny")
  const said: string[] = []
  expect(await pull(setAt(mirror), folder, { say: (sentence) => said.push(sentence) })).toEqual([
    { file: "a.gz", outcome: "pulled" },
    { file: "part/b.jpg", outcome: "pulled" },
  ])
  expect(said).toEqual(["Pulling a.gz, 100000 bytes.", "Pulling part/b.jpg, 12 bytes."])
  expect(await holdsAll(folder)).toBe(true)
  expect(await pull(setAt(mirror), folder)).toEqual([
    { file: "a.gz", outcome: "kept" },
    { file: "part/b.jpg", outcome: "kept" },
  ])
  expect(asked).toBe(2)
  expect((await filesBelow(folder)).sort()).toEqual(["a.gz", "b.jpg"])
})

test("only what is missing or wrong is pulled; a good file is not touched", async () => {
  const mirror = await serve(good)
  const folder = await emptyFolder()
  await mkdir(join(folder, "part"))
  await writeFile(join(folder, "a.gz"), contents["a.gz"]!)
  await writeFile(join(folder, "part/b.jpg"), "a wrong one!")
  const before = await stat(join(folder, "a.gz"))
  const set = setAt(mirror)
  expect(await verify(set.forms[0]!, folder)).toEqual(["published", "other"])
  expect(await pull(set, folder)).toEqual([
    { file: "a.gz", outcome: "kept" },
    { file: "part/b.jpg", outcome: "pulled" },
  ])
  expect(await holdsAll(folder)).toBe(true)
  expect((await stat(join(folder, "a.gz"))).ino).toBe(before.ino)
})

test("a mirror that fails, lies, stops short, sends too much or says nothing is passed over, and leaves nothing behind", async () => {
  const bad = [
    await serve((_, response) => response.writeHead(503).end()),
    await serve((request, response) =>
      response.end(Buffer.alloc(contents[request.url!.slice(1)]!.length, "x")),
    ),
    await serve((request, response) => response.end(contents[request.url!.slice(1)]!.subarray(1))),
    await serve((request, response) =>
      response.end(Buffer.concat([contents[request.url!.slice(1)]!, Buffer.from("+")])),
    ),
    await serve((request, response) => {
      const bytes = contents[request.url!.slice(1)]!
      response.writeHead(200, { "content-length": bytes.length })
      response.write(bytes.subarray(0, 5))
      response.socket!.destroySoon()
    }),
    await serve(() => {}),
  ]
  const folder = await emptyFolder()
  const failing = pull(setAt(...bad), folder, { patience: 200 })
  await expect(failing).rejects.toThrow(/^Expected the files of tiny from a mirror or a folder, but /)
  const message = await failing.then(
    () => "",
    (error: Error) => error.message,
  )
  expect(message.split("; ")).toEqual([
    `Expected the files of tiny from a mirror or a folder, but ${bad[0]}a.gz cannot be read (it answers 503)`,
    expect.stringMatching(/a\.gz has the SHA-256 [0-9a-f]{64} instead of [0-9a-f]{64}$/),
    `${bad[2]}a.gz ended after 99999 of 100000 bytes`,
    `${bad[3]}a.gz is longer than the published 100000 bytes`,
    expect.stringMatching(/a\.gz cannot be read \(.+\)$/),
    `${bad[5]}a.gz cannot be read (no byte came for 200 ms)`,
    `name a place that holds them with --from, or put them into ${folder}.`,
  ])
  expect(await filesBelow(folder)).toEqual([])
  await pull(setAt(...bad, await serve(good)), folder, { patience: 200 })
  expect(await holdsAll(folder)).toBe(true)
  expect(await filesBelow(folder)).toHaveLength(2)
})

test("files are copied from a folder, or from the set's own folder in it, and checked", async () => {
  const source = await emptyFolder()
  await mkdir(join(source, "tiny", "part"), { recursive: true })
  for (const [name, bytes] of Object.entries(contents)) await writeFile(join(source, "tiny", name), bytes)
  for (const from of [source, join(source, "tiny")]) {
    const folder = await emptyFolder()
    await pull(setAt(), folder, { from })
    expect(await holdsAll(folder)).toBe(true)
  }
  await writeFile(join(source, "tiny", "a.gz"), "no")
  const folder = await emptyFolder()
  await expect(pull(setAt(), folder, { from: join(source, "tiny") })).rejects.toThrow(
    "ended after 2 of 100000 bytes",
  )
  expect(existsSync(join(folder, "a.gz"))).toBe(false)
})

test("addresses of a table stand in place of the set's own, and --from in place of both", async () => {
  const never = await serve((_, response) => response.writeHead(500).end())
  const mirror = await serve(good)
  const first = await emptyFolder()
  let asked = 0
  const own = await serve((_, response) => {
    asked++
    response.writeHead(500).end()
  })
  await pull(setAt(own), first, { mirrors: { tiny: [mirror] } })
  expect(await holdsAll(first)).toBe(true)
  await expect(pull(setAt(own), await emptyFolder(), { mirrors: { tiny: [never] } })).rejects.toThrow(
    "answers 500",
  )
  expect(asked).toBe(0)
  const second = await emptyFolder()
  await pull(setAt(never), second, { mirrors: { tiny: [never] }, from: mirror })
  expect(await holdsAll(second)).toBe(true)
})

test("of several forms any one is enough", async () => {
  const other = known("c", Buffer.from("another form"))
  const mirror = await serve(good)
  const set: KnownSet = {
    name: "tiny",
    datasets: [],
    licence: "None.",
    forms: [
      { files: [other], mirrors: [] },
      { files, mirrors: [mirror] },
    ],
  }
  const folder = await emptyFolder()
  expect((await pull(set, folder)).map(({ file }) => file)).toEqual(["a.gz", "part/b.jpg"])
  const held = await emptyFolder()
  await writeFile(join(held, "c"), "another form")
  expect(await pull(set, held)).toEqual([{ file: "c", outcome: "kept" }])
  const nowhere: KnownSet = { ...set, forms: [{ files: [other], mirrors: [] }] }
  await expect(pull(nowhere, folder)).rejects.toThrow(
    `Expected the files of tiny from a mirror or a folder, but it has no mirror; name a place that holds them with --from, or put them into ${folder}.`,
  )
})

test("every known file has a length, a SHA-256 and a place of its own, and every set feeds a dataset that there is", () => {
  const names = datasets.map(({ name }) => name)
  for (const { forms, datasets: readers } of knownSets) {
    for (const reader of readers) expect(names).toContain(reader)
    for (const { files: listed, mirrors } of forms) {
      expect(new Set(listed.map(({ name }) => name)).size).toBe(listed.length)
      for (const { bytes, sha256 } of listed) {
        expect(bytes).toBeGreaterThan(0)
        expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      }
      for (const mirror of mirrors) expect(mirror).toMatch(/^https?:\/\/.*\/$/)
    }
  }
  expect(knownSets.map(({ name }) => name)).toEqual(publishedFolders)
  for (const { name, licence, forms } of knownSets) {
    expect(licence).toMatch(/^[A-Z].*\.$/)
    expect(
      forms.some(({ mirrors }) => mirrors.length > 0),
      name,
    ).toBe(true)
  }
  expect(knownSets.find(({ name }) => name === "bsds500")!.forms[0]!.files).toHaveLength(200)
  expect(setsOf("mnist").map(({ name }) => name)).toEqual(["mnist"])
  expect(setsOf("mnistM").map(({ name }) => name)).toEqual(["mnist", "bsds500"])
  expect(setsOf("nothing")).toEqual([])
})

test.skipIf(!process.env.SADDLEPOINT_DATA)("the real files here are the published ones", async () => {
  for (const name of ["mnist", "fashion-mnist", "usps", "bsds500", "facades", "horse2zebra"]) {
    const [set] = setsOf(name)
    const states = await verify(set!.forms[0]!, join(process.env.SADDLEPOINT_DATA!, name))
    expect(new Set(states)).toEqual(new Set(["published"]))
  }
})
