import type { OpenDataset, Split } from "../contracts/dataset.ts"
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

/** A dataset as a method gets it to prepare its answers: training's splits, and of what is judged how much and what it is, no example. */
export function withoutTests(method: Method, dataset: OpenDataset): OpenDataset {
  if (isControl(method)) return dataset
  const { splits, classes, domains } = dataset
  return {
    splits: { ...splits, test: closed(splits.test) },
    ...(classes === undefined ? {} : { classes }),
    ...(domains === undefined ? {} : { domains }),
  }
}

function closed({ size, fields }: Split): Split {
  return {
    size,
    fields,
    async read() {
      throw new Error(
        "Expected a method to answer the batches that it is shown, but it read the test split by itself; leave that out.",
      )
    },
  }
}
