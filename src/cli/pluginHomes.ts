import { basename, dirname, relative, resolve } from "node:path"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { type PluginMap, pluginOfExport } from "@saddlepoint/core/declare/definition"
import type { PluginSource } from "@saddlepoint/lab/contracts/trialRequest"
import type { Sources } from "@saddlepoint/lab/store/execution/identifyCode"
import { importFile } from "./definitionFile.ts"
import { isFramework } from "./framework.ts"

/**
 * The files whose exports a definition's plug-ins are, by `kind/name`. Looked at are the user's own files but the definition, and what
 * those and the definition import themselves; of several that export a plug-in the one that imports least. A plug-in that none of them exports has no home: it may be made in the definition, or be the
 * default of another one's slot.
 * @param catalogue the file that brings all plug-ins to a definition in JSON or YAML
 */
export async function pluginHomes(
  plugins: PluginMap,
  definition: string,
  sources: Sources,
  catalogue?: string,
): Promise<ReadonlyMap<string, PluginSource>> {
  const wanted = new Map<Plugin, string>([...plugins].map(([key, plugin]) => [plugin, key]))
  const homes = new Map<string, PluginSource>()
  const reach = (file: string) => sources.closure(file).length
  for (const file of candidates(resolve(definition), sources, catalogue)) {
    const exported = await importFile(file, relative(process.cwd(), file))
    for (const name of Object.keys(exported).sort()) {
      const plugin = pluginOfExport(exported[name])
      const key = plugin === undefined ? undefined : wanted.get(plugin)
      if (key === undefined) continue
      const known = homes.get(key)
      // An index that hands on many plug-ins would make each rest on all.
      if (known === undefined || (known.file !== file && reach(file) < reach(known.file)))
        homes.set(key, { file, name })
    }
  }
  return homes
}

/** All that is loaded with the definition: what it may import later is not looked at, as nobody may ever load it. */
function candidates(definition: string, sources: Sources, catalogue: string | undefined): string[] {
  const isOwn = (file: string) =>
    catalogue === undefined ? !isFramework(file) : basename(file) === basename(catalogue)
  const own = new Set([catalogue ?? definition])
  // What is added while the set is walked is walked as well.
  for (const file of own) for (const imported of sources.imports(file)) if (isOwn(imported)) own.add(imported)
  const found = new Set([...own, ...[...own].flatMap((file) => sources.imports(file))])
  found.delete(definition)
  // In an order that does not depend on where the folders lie.
  const place = (file: string) => relative(dirname(definition), file)
  return [...found]
    .filter((file) => /\.[cm]?[jt]s$/.test(file))
    .sort((one, other) => (place(one) < place(other) ? -1 : 1))
}
