import { existsSync, readdirSync } from "node:fs"
import { availableParallelism, totalmem } from "node:os"
import { availability } from "@saddlepoint/engine/availability"
import { openEngine } from "@saddlepoint/engine/open"
import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { attempt } from "../exit.ts"
import { json } from "../flags.ts"

export const doctor = Command.make(
  "doctor",
  { json },
  Effect.fn(function* (options) {
    const engines = yield* attempt(() => availability())
    const engine = yield* attempt(() => openEngine())
    const report = {
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      cores: availableParallelism(),
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      engines,
      auto: engine.identity,
      data: dataFolder(),
    }
    engine.dispose()
    yield* Console.log(options.json ? JSON.stringify(report) : textOf(report))
  }),
).pipe(Command.withDescription("Show what would run where, and why not"))

function dataFolder(): { folder: string; available: boolean; reason: string } {
  const folder = process.env.SADDLEPOINT_DATA ?? ""
  if (folder === "") {
    const reason = "SADDLEPOINT_DATA is not set; set it to a folder of data sets to use the real ones."
    return { folder, available: false, reason }
  }
  if (!existsSync(folder)) {
    return { folder, available: false, reason: `SADDLEPOINT_DATA is ${folder}, but there is no such folder.` }
  }
  return { folder, available: true, reason: `holds ${readdirSync(folder).join(", ")}` }
}

interface Report {
  readonly node: string
  readonly platform: string
  readonly cores: number
  readonly memoryGiB: number
  readonly engines: readonly { readonly name: string; readonly available: boolean; readonly reason: string }[]
  readonly auto: { readonly name: string; readonly version: string; readonly threads: number }
  readonly data: { readonly folder: string; readonly available: boolean; readonly reason: string }
}

function textOf({ node, platform, cores, memoryGiB, engines, auto, data }: Report): string {
  const mark = (available: boolean) => (available ? "ok" : "--")
  return [
    `Node ${node} on ${platform}, ${cores} cores, ${memoryGiB} GiB`,
    "",
    "Engines",
    ...engines.map((e) => `  ${mark(e.available)} ${e.name.padEnd(11)} ${e.reason}`.trimEnd()),
    `  --device auto takes ${auto.name} (${auto.version}), ${auto.threads} thread per trial`,
    "",
    "Data",
    `  ${mark(data.available)} ${data.folder} ${data.reason}`.trimEnd(),
  ].join("\n")
}
