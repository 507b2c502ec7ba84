import type { Domains } from "@saddlepoint/core/contracts/dataset"
import type { Use } from "@saddlepoint/core/contracts/plugin"
import { dann } from "@saddlepoint/core/methods/adaptation/dann"
import type { Engine } from "@saddlepoint/engine/engine"
import { imageField, noiseSplit } from "./noise.ts"
import { givenData, playMethod } from "./playMethod.ts"
import type { Workload } from "./workload.ts"

export interface DannOptions {
  /** Side of the images in pixels. */
  readonly side: number
  /** Images of each domain. */
  readonly batch: number
  readonly network: Use<"model", { part: "classifier" }>
}

/**
 * DANN (Ganin et al. 2016): a classifier of ten classes on the source, and behind a gradient reversal a domain classifier of
 * one layer of 100 on both domains; one Adam.
 */
export function dannStep(engine: Engine, { side, batch, network }: DannOptions): Promise<Workload> {
  const classes = Array.from({ length: 10 }, (_, digit) => `${digit}`)
  const image = imageField(side, 1)
  const label = { shape: [], dtype: "int32", range: [0, 9], classes: 10 } as const
  const source = noiseSplit("source", batch, { image, label })
  const target = noiseSplit("target", batch, { image })
  const domains: Domains = {
    source: { train: source, validation: source },
    target: { train: target, validation: target },
    classes,
  }
  const opened = { splits: { train: source, validation: source, test: target }, classes, domains }
  const fields = { "source.image": "image", "source.label": "class", "target.image": "image" } as const
  return playMethod(engine, dann({ data: givenData(fields, opened), network, batch }))
}
