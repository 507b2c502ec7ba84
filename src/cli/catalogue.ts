import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { losses } from "@saddlepoint/core/losses/catalogue"
import { methods } from "@saddlepoint/core/methods/catalogue"
import { models } from "@saddlepoint/core/models/catalogue"
import { optimisers } from "@saddlepoint/core/optimisers/catalogue"
import { schedules } from "@saddlepoint/core/schedules/catalogue"
import { scorers } from "@saddlepoint/core/scorers/catalogue"
import { allDatasets } from "@saddlepoint/datasets/catalogue"
import { judges, metrics } from "@saddlepoint/metrics/catalogue"

/** Every plug-in that comes with Saddlepoint, for definitions in JSON and YAML. */
export const catalogue: readonly Plugin[] = [
  ...allDatasets,
  ...models,
  ...losses,
  ...optimisers,
  ...schedules,
  ...scorers,
  ...methods,
  ...metrics,
  ...judges,
]
