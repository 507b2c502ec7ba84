import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { type PluginMap, pluginMap, pluginOfExport } from "@saddlepoint/core/declare/definition"

/**
 * Saddlepoint's own plug-ins with some of a user's, by `kind/name`; loaded when they are asked for.
 * @param own plug-ins or constructors of them, as files export them
 */
export async function knownPlugins(own: Iterable<unknown>): Promise<PluginMap> {
  const given = [...own].map((exported) => {
    const plugin = pluginOfExport(exported)
    if (plugin !== undefined) return plugin
    throw new TypeError(
      "Expected plug-ins, or constructors that have one as `plugin`, but one of those given is neither; give what a plug-in's file exports.",
    )
  })
  const catalogues = await Promise.all([
    import("@saddlepoint/datasets/catalogue").then(({ allDatasets }) => allDatasets),
    import("@saddlepoint/core/models/catalogue").then(({ models }) => models),
    import("@saddlepoint/core/losses/catalogue").then(({ losses }) => losses),
    import("@saddlepoint/core/optimisers/catalogue").then(({ optimisers }) => optimisers),
    import("@saddlepoint/core/schedules/catalogue").then(({ schedules }) => schedules),
    import("@saddlepoint/core/scorers/catalogue").then(({ scorers }) => scorers),
    import("@saddlepoint/core/methods/catalogue").then(({ methods }) => methods),
    import("@saddlepoint/metrics/catalogue").then(({ judges }) => judges),
  ])
  const named = new Map<string, Plugin>()
  // A user's plug-in of the name of one of ours is the one that was trained.
  for (const plugin of [...catalogues.flat(), ...given]) named.set(`${plugin.kind}/${plugin.name}`, plugin)
  return pluginMap(named.values())
}
