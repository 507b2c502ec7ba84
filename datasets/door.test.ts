import { afterAll, expect, test, vi } from "vitest"

// What is closed stays closed: these are modules of our own, as other files are tested in this process.
vi.resetModules()
const { closeData, Trespass } = await import("@saddlepoint/core/contracts/dataDoor")
const { allDatasets } = await import("./catalogue.ts")
const { decodeOptions } = await import("./testing/decodeOptions.ts")
const reach = closeData()
afterAll(() => {
  vi.resetModules()
})

const small = { size: 16, train: 2, validation: 2, test: 2 }
const glyphs = allDatasets.find(({ name }) => name === "glyphs")!

test.each(allDatasets)("the dataset $name is not opened by a trial's own code", async (plugin) => {
  const parts = Object.keys(plugin.slots ?? {}).map((part) => [
    part,
    glyphs.build(decodeOptions(glyphs, small)),
  ])
  // Files need not be there: who asks is looked at before them.
  const places = Object.fromEntries((plugin.locates ?? []).map((option) => [option, "nowhere"]))
  const labels = "labels" in plugin.options ? { labels: "folders" } : {}
  const dataset = plugin.build({
    ...decodeOptions(plugin, { ...places, ...labels }),
    ...Object.fromEntries(parts),
  })
  await expect(dataset.open()).rejects.toThrow(Trespass)
  await expect(dataset.open()).rejects.toThrow(`but it opened the dataset ${plugin.name} by itself`)
})

test("whoever has the right opens it as before", async () => {
  const { splits } = await reach(() => glyphs.build(decodeOptions(glyphs, small)).open())
  expect(splits.train.size).toBe(2)
})
