import { passDoor, type Reach } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import type { Metering } from "@saddlepoint/core/contracts/metric"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import type { AskedMetric } from "../judges.ts"

/**
 * Makes what dataset plug-ins build, a user's own too, ask who opens it; building, which may read files, is done by right. The plug-ins themselves are
 * changed: others hold them as well.
 */
export function closePlugins(plugins: PluginMap, reach: Reach): void {
  for (const plugin of plugins.values()) {
    if (plugin.kind !== "dataset" || Object.isFrozen(plugin)) continue
    const { build, name } = plugin
    const asking = (options: unknown): Dataset => {
      const dataset = reach(() => build(options) as Dataset)
      return {
        fields: dataset.fields,
        labels: dataset.labels,
        licence: dataset.licence,
        ...(dataset.domains === undefined ? {} : { domains: dataset.domains }),
        missing: (cache) => dataset.missing(cache),
        digest: () => dataset.digest(),
        async open(cache) {
          passDoor(name)
          return dataset.open(cache)
        },
      }
    }
    Object.assign(plugin, { build: asking })
  }
}

/** A metric that may reach data in all that it does: it is the judge's. */
export function reachingMetric({ metric, ...asked }: AskedMetric, reach: Reach): AskedMetric {
  const { name, outputs, judged, needsLabels, judges } = metric
  const begin = async (world: Parameters<typeof metric.begin>[0]): Promise<Metering<never>> => {
    const metering = await reach(() => metric.begin(world))
    return {
      update: (batch) => reach(() => metering.update(batch)),
      compute: () => reach(() => metering.compute()),
      dispose: () => reach(() => metering.dispose()),
    }
  }
  return { ...asked, metric: { name, outputs, judged, needsLabels, judges, begin } as typeof metric }
}
