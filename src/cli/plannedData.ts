import type { DatasetAbout, SplitAbout } from "@saddlepoint/core/contracts/dataset"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { canonical } from "@saddlepoint/core/declare/canonical"
import type { Experiment } from "@saddlepoint/core/declare/decode/decode"
import { build } from "@saddlepoint/core/declare/decode/resolve"

/** What the folders of an experiment's datasets were found to hold, each dataset once. Nothing must be missing of them. */
export async function plannedData(
  { arms, plugins }: Experiment,
  cache?: string,
): Promise<readonly DatasetAbout[]> {
  const specs = new Map(arms.map(({ spec }) => [canonical(spec.data!), spec.data as JsonObject]))
  const found: DatasetAbout[] = []
  for (const spec of specs.values()) {
    found.push(...((await build("dataset", spec, plugins).about?.(cache)) ?? []))
  }
  // A folder may be a part of several datasets.
  return [...new Map(found.map((about) => [JSON.stringify(about), about])).values()]
}

/** The same for a terminal, a few lines for each folder. */
export function dataInWords(data: readonly DatasetAbout[]): readonly string[] {
  return data.flatMap(({ name, folder, splits, leftOut, warnings }) => [
    `Data ${name} in ${folder}: ${Object.entries(splits)
      .map(([split, about]) => `${split} ${splitInWords(about)}`)
      .join("; ")}.`,
    ...(leftOut.length === 0
      ? []
      : [
          `  Left out: ${leftOut.map(({ why, files }) => `${counted(files.length, "file")} ${why} (${shortened(files)})`).join("; ")}.`,
        ]),
    ...warnings.map((warning) => `  ${warning}`),
  ])
}

function splitInWords({ images, pairs, classes }: SplitAbout): string {
  const all =
    pairs === undefined ? counted(images, "image") : `${counted(pairs, "pair")} (${counted(images, "file")})`
  if (classes === undefined) return all
  const each = Object.entries(classes).map(([name, count]) => `${name} ${count}`)
  return `${all} of ${counted(each.length, "class", "classes")} (${shortened(each)})`
}

const counted = (count: number, one: string, several = `${one}s`): string =>
  `${count} ${count === 1 ? one : several}`

/** How many names are worth a line; `--json` has them all. */
const shownNames = 10

function shortened(names: readonly string[]): string {
  const others = names.length - shownNames
  return others <= 0 ? names.join(", ") : `${names.slice(0, shownNames).join(", ")} and ${others} more`
}
