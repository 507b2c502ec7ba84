import { passDoor, type Reach } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import type { Metering } from "@saddlepoint/core/contracts/metric"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import type { AskedMetric } from "../judges.ts"

/** Makes what dataset plug-ins build, a user's own too, ask who opens it. The plug-ins themselves are changed: others hold them as well. */
export function closePlugins(plugins: PluginMap): void {
  for (const plugin of plugins.values()) {
    if (plugin.kind !== "dataset" || Object.isFrozen(plugin)) continue
    const { build, name } = plugin
    const asking = (options: unknown): Dataset => {
      const dataset = build(options) as Dataset
      const open: Dataset["open"] = async (cache) => {
        passDoor(name)
        return dataset.open(cache)
      }
      return Object.assign(Object.create(dataset) as Dataset, dataset, { open })
    }
    Object.assign(plugin, { build: asking })
  }
}

/** A metric that may reach data in all that it does: it is the judge's. */
export function reachingMetric(asked: AskedMetric, reach: Reach): AskedMetric {
  const { metric } = asked
  const begin = async (world: Parameters<typeof metric.begin>[0]): Promise<Metering<never>> => {
    const metering = await reach(() => metric.begin(world))
    return {
      update: (batch) => reach(() => metering.update(batch)),
      compute: () => reach(() => metering.compute()),
      dispose: () => metering.dispose(),
    }
  }
  return { ...asked, metric: Object.assign(Object.create(metric) as typeof metric, { begin }) }
}
