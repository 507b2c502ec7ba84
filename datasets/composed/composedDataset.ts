import { passDoor } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset, OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { type FieldKinds, missingFields } from "@saddlepoint/core/contracts/field"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { identityDigest } from "../formats/identityDigest.ts"

/** A dataset that is put together from others, in slots by name. */
export interface ComposedDataset<Part extends string> {
  /** Of the plug-in. */
  readonly name: string
  readonly version: number
  /** The fields that each part must give; one that gives more is fine. The order is part of the identity. */
  readonly parts: Readonly<Record<Part, FieldKinds>>
  readonly fields: FieldKinds
  /** Whether judging has labels. */
  labels(parts: Readonly<Record<Part, Dataset>>): boolean
  /** Which parts are two domains of one task; none where left out. */
  readonly domains?: { readonly source: Part; readonly target: Part }
  /** Puts the opened parts together. Throws one sentence where they do not fit. */
  compose(opened: Readonly<Record<Part, OpenDataset>>): OpenDataset
}

/** The plug-in of a composed dataset: its licence, its mistakes and its digest are those of the parts. */
export function composedDataset<Part extends string>(
  composed: ComposedDataset<Part>,
): Plugin<"dataset", Dataset> {
  const { name, version, fields, domains } = composed
  const required = Object.entries<FieldKinds>(composed.parts) as [Part, FieldKinds][]
  return {
    kind: "dataset",
    name,
    version,
    options: {},
    slots: Object.fromEntries(required.map(([part]) => [part, { kind: "dataset" }])),
    build: (parts: Readonly<Record<Part, Dataset>>): Dataset => {
      const datasets = required.map(([part]) => parts[part])
      const unfit = required.flatMap(([part, kinds]) => unfitPart(part, kinds, parts[part]))
      return {
        fields,
        labels: composed.labels(parts),
        licence: required.map(([part]) => `${capitalised(part)}: ${parts[part].licence}`).join(" "),
        ...(domains === undefined
          ? {}
          : { domains: { source: parts[domains.source], target: parts[domains.target] } }),
        missing: async (cache) => [
          ...unfit,
          // One after the other: they may keep what they saw in one place.
          ...(await inTurn(datasets, (dataset) => dataset.missing(cache))),
        ],
        about: async (cache) =>
          inTurn(required, async ([part]) =>
            ((await parts[part].about?.(cache)) ?? []).map((about) => ({
              ...about,
              name: `${part}: ${about.name}`,
            })),
          ),
        digest: async () => {
          const digests = await Promise.all(datasets.map((dataset) => dataset.digest()))
          return identityDigest([name, version, ...digests])
        },
        open: async (cache) => {
          passDoor(name)
          if (unfit[0] !== undefined) throw new Error(unfit[0])
          const opened: Partial<Record<Part, OpenDataset>> = {}
          for (const [part] of required) opened[part] = await parts[part].open(cache)
          return composed.compose(opened as Record<Part, OpenDataset>)
        },
      }
    },
  }
}

async function inTurn<A, B>(
  items: readonly A[],
  run: (item: A) => Promise<readonly B[]>,
): Promise<readonly B[]> {
  const found: B[] = []
  for (const item of items) found.push(...(await run(item)))
  return found
}

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** One sentence about what a part lacks; none where it gives what is required. */
function unfitPart(part: string, required: FieldKinds, { fields }: Dataset): readonly string[] {
  if (missingFields(required, fields).length === 0) return []
  const [wanted, given] = [required, fields].map((kinds) => missingFields(kinds, {}))
  return [
    `Expected \`${part}\` to give ${wanted!.join(" and ")}, but it gives ${given!.join(", ")}; choose a dataset that does.`,
  ]
}
