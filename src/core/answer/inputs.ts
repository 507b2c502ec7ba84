import { withoutTests } from "../contracts/closedDataset.ts"
import type { OpenDataset } from "../contracts/dataset.ts"
import type { Batch } from "../contracts/game.ts"
import type { Method } from "../contracts/method.ts"
import { isControl } from "./controls.ts"

/** What a method is shown of a batch when it answers: never the target, and labels only where it requires them. */
export function inputsOf(method: Method): (batch: Batch) => Batch {
  if (isControl(method)) return (batch) => batch
  const { label: known } = method.requires
  return ({ target: _, label, ...inputs }) =>
    label === undefined || known === undefined ? inputs : { ...inputs, label }
}

/** What a method gets to prepare its answers: no example that is judged, unless it is a control. */
export const seenBy = (method: Method, dataset: OpenDataset): OpenDataset =>
  isControl(method) ? dataset : withoutTests(dataset)
