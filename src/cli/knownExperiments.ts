import { experimentsOf } from "@saddlepoint/lab/store/files/layout"
import { WrongCall } from "./exit.ts"

/**
 * The experiments of the run store that are meant: the one of that name, or all.
 * @param orFile whether a file might have been given in the place of a name
 */
export function experimentsNamed(
  store: string,
  wanted: string | undefined,
  orFile = false,
): readonly string[] {
  const experiments = experimentsOf(store)
  if (wanted === undefined) return experiments
  if (experiments.includes(wanted)) return [wanted]
  const known = experiments.length === 0 ? "none" : experiments.join(", ")
  throw new WrongCall(
    `Expected an experiment of the run store ${store}${orFile ? ", or a file" : ""}, but got ${wanted}; the store holds ${known}.`,
  )
}
