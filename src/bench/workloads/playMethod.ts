import type { HostBatch, OpenDataset, Split } from "@saddlepoint/core/contracts/dataset"
import type { FieldKinds } from "@saddlepoint/core/contracts/field"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import type { Engine } from "@saddlepoint/engine/engine"
import { built } from "./built.ts"
import { playGame } from "./playGame.ts"
import { benchSeed, type Workload } from "./workload.ts"

/** A dataset that is there already, for the slot `data` of a method. */
export function givenData<const Fields extends FieldKinds>(
  fields: Fields,
  opened: OpenDataset,
): Use<"dataset", { fields: Fields; labels: false }> {
  const plugin: Plugin<"dataset"> = {
    kind: "dataset",
    name: "given",
    version: 1,
    options: {},
    build: () => ({
      fields,
      labels: false,
      licence: "none",
      missing: async () => [],
      digest: async () => "given",
      open: async () => opened,
    }),
  }
  return use(plugin)
}

/** The first stage of a method, as a definition writes it, on the first examples of its data. */
export async function playMethod(engine: Engine, part: Use<"method">): Promise<Workload> {
  const method = built(part)
  const opened = await built(part.options.data as Use<"dataset">).open()
  const [stage] = method.answers === "classes" ? method.stages(opened.domains!) : method.stages(opened)
  const game = stage!.play({ seed: benchSeed, carried: {}, steps: 1 })
  const data = await stage!.data({})
  const streams = "streams" in data ? Object.entries(data.streams) : [["", data] as const]
  const parts = streams.map(([name, split]) => firstOf(split, stage!.batch, name === "" ? "" : `${name}.`))
  return playGame(engine, game, Object.assign({}, ...(await Promise.all(parts))))
}

async function firstOf(split: Split, count: number, prefix: string): Promise<HostBatch> {
  const values = await split.read(Array.from({ length: count }, (_, index) => index))
  return Object.fromEntries(
    Object.entries(split.fields).map(([name, { shape }]) => [
      `${prefix}${name}`,
      { values: values[name]!, shape: [count, ...shape] },
    ]),
  )
}
