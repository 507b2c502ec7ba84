import type { Tensor } from "@saddlepoint/engine/tf"
import type { Judged, Metric } from "../../contracts/metric.ts"

/** A metric that writes down what it sees: by field, the values of each batch. */
export interface Witness {
  readonly metric: Metric
  readonly seen: Record<string, (number[] | string)[]>
  /** How often its meterings were released. */
  released(): number
}

export interface WitnessOptions {
  readonly judged?: Judged
  readonly name?: string
  /** Where it throws. */
  readonly failsAt?: "begin" | "update" | "compute"
}

export function witness({ judged = "images", name = "witness", failsAt }: WitnessOptions = {}): Witness {
  const seen: Record<string, (number[] | string)[]> = {}
  let released = 0
  const fail = (at: WitnessOptions["failsAt"]) => {
    if (at === failsAt) throw new Error(`${name} fails at ${at}`)
  }
  const metric = {
    name,
    outputs: [],
    judged,
    needsLabels: false,
    judges: {},
    async begin({ selection }: { readonly selection?: string }) {
      fail("begin")
      return {
        async update(batch: Readonly<Record<string, Tensor | string>>) {
          fail("update")
          for (const [field, value] of Object.entries(batch)) {
            seen[field] ??= []
            seen[field].push(typeof value === "string" ? value : Array.from(await value.data()))
          }
        },
        async compute() {
          fail("compute")
          const chosen = selection === undefined ? {} : { selection }
          return { values: { [name]: seen.output!.flat().length }, identity: { metric: name, ...chosen } }
        },
        dispose() {
          released++
        },
      }
    },
  } as unknown as Metric
  return { metric, seen, released: () => released }
}
