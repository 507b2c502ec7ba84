import { expect, test } from "vitest"
import { catalogue, translatePlugin, withPlugin } from "../../testing/definition.ts"
import { resolve, visitPlugins } from "./resolve.ts"

const spec = {
  use: "translate",
  data: { use: "tiles", size: 8 },
  generator: { use: "net" },
  losses: [{ use: "l1", weight: 2 }, { use: "l2" }],
}

test("slots are built before what holds them, with defaults filled in", () => {
  const rest = { answers: "pairs", requires: {}, stages: () => [], answer: () => undefined }
  const plugins = withPlugin({
    ...translatePlugin,
    build: (parts: object) => ({ ...parts, ...rest }) as never,
  })
  const built = resolve("method", spec, plugins) as unknown as Record<string, unknown>
  expect(built).toMatchObject({
    batch: 4,
    generator: { width: 16, norm: "none" },
    losses: [{ weight: 2 }, { weight: 1 }],
    optimiser: { rate: 0.01 },
    data: { fields: { input: "image", target: "image" } },
  })
  expect(built).not.toHaveProperty("discriminator")
})

test("every call builds anew", () => {
  expect(resolve("method", spec, catalogue)).not.toBe(resolve("method", spec, catalogue))
})

test("a spec with mistakes is refused with all of them", () => {
  const broken = { ...spec, generator: { use: "nett" }, batch: 0 }
  expect(() => resolve("method", broken, catalogue)).toThrow(
    [
      "batch: expected a value greater than 0 but got 0",
      'generator.use: there is no model "nett"; did you mean "net"? models: "critic", "net"',
    ].join("\n"),
  )
})

test("every plug-in of a spec is visited", () => {
  const seen: string[] = []
  visitPlugins("method", spec, catalogue, (plugin) => seen.push(plugin.name))
  expect(seen).toEqual(["translate", "tiles", "net", "l1", "l2"])
})
