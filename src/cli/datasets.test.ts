import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

const { folder, remove, write } = temporaryFolder()
beforeAll(() => {
  mkdirSync(join(folder, "data", "usps"), { recursive: true })
  writeFileSync(join(folder, "data", "usps", "zip.test.gz"), "not the published one")
})
afterAll(remove)

test("datasets list tells of every set whether the published files are here", async () => {
  const { code, stdout } = await saddlepoint(["datasets", "list", "--json"], folder)
  expect(code).toBe(0)
  const { sets } = JSON.parse(stdout)
  expect(sets.map(({ name, state }: { name: string; state: string }) => [name, state])).toEqual([
    ["mnist", "missing"],
    ["fashion-mnist", "missing"],
    ["usps", "incomplete"],
    ["svhn", "missing"],
    ["bsds500", "missing"],
    ["facades", "missing"],
    ["horse2zebra", "missing"],
  ])
  expect(sets[0]).toMatchObject({ datasets: ["mnist", "mnistM"], folder: join(folder, "data", "mnist") })
  const text = await saddlepoint(["datasets", "list"], folder)
  expect(text.stdout).toMatch(
    /^usps +some files are missing +for usps; .*\n +No licence stated by its authors \(J\. Hull/m,
  )
  expect(text.stdout).toMatch(/^horse2zebra +not here +for imageFolder, of its folders; /m)
})

test("datasets pull refuses other bytes than the published ones, and names sets that there are", async () => {
  write("t10k-labels-idx1-ubyte.gz", "no")
  const wrong = await saddlepoint(["datasets", "pull", "mnist", "--from", "."], folder)
  expect(wrong.code).toBe(1)
  expect(wrong.stdout).toBe("")
  expect(wrong.stderr).toMatch(
    /Expected the files of mnist from a mirror or a folder, but .*cannot be read \(ENOENT.*--from, or put them into .*mnist\.\n$/s,
  )
  const stranger = await saddlepoint(["datasets", "pull", "nist"], folder)
  expect(stranger.code).toBe(2)
  expect(stranger.stderr).toBe(
    "Expected a set that can be pulled, but got nist; there are mnist, fashion-mnist, usps, svhn, bsds500, facades, horse2zebra.\n",
  )
})

test("datasets pull asks the mirrors of SADDLEPOINT_MIRRORS and no others, and leaves what is there", async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    response.writeHead(404).end()
  }).listen(0, "127.0.0.1")
  await new Promise((ready) => server.once("listening", ready))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  write("mirrors.json", JSON.stringify({ usps: [address] }))
  process.env.SADDLEPOINT_MIRRORS = join(folder, "mirrors.json")
  try {
    const { stderr } = await saddlepoint(["datasets", "pull", "usps"], folder)
    expect(stderr).toContain(`${address}usps-train-images-idx3-ubyte.gz cannot be read (it answers 404)`)
    expect(asked).toEqual(["/usps-train-images-idx3-ubyte.gz", "/zip.train.gz"])
    writeFileSync(join(folder, "mirrors.json"), "[]")
    const broken = await saddlepoint(["datasets", "pull", "usps"], folder)
    expect(broken.code).toBe(2)
    expect(broken.stderr).toMatch(/^Expected SADDLEPOINT_MIRRORS to name a JSON file of addresses by set/)
  } finally {
    delete process.env.SADDLEPOINT_MIRRORS
    server.close()
  }
  expect(readFileSync(join(folder, "data", "usps", "zip.test.gz"), "utf8")).toBe("not the published one")
})
