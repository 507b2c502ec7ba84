import type { Dataset, OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Method } from "@saddlepoint/core/contracts/method"
import type { Mistake } from "@saddlepoint/core/contracts/mistake"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { decodePlugin } from "@saddlepoint/core/declare/decode/decodePlugin"
import { build, pluginOf } from "@saddlepoint/core/declare/decode/resolve"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { mergePatch } from "@saddlepoint/core/declare/profile"
import type { DatasetFacts } from "../store/attempts/datasetFacts.ts"
import { datasetOfForm } from "../store/attempts/datasetForm.ts"
import type { TrainedRecord } from "./trainedRecord.ts"

/** A method as a trial had it, with its dataset. */
export interface OpenMethod {
  readonly method: Method
  readonly dataset: OpenDataset
}

/**
 * Builds the method of a trial. Where nobody says where its data lie and its manifest knows their form, they need not be there: only a method
 * that reads examples to answer opens them.
 *
 * @param where options of the dataset that say where its files lie, merged into its spec
 * @throws RangeError in one sentence where the data are needed and not there, or are others
 */
export async function openMethod(
  record: TrainedRecord,
  plugins: PluginMap,
  where: JsonObject,
): Promise<OpenMethod> {
  const { spec, manifest } = record
  const source = mergePatch(spec.data!, where) as JsonObject
  const { form, dataset: facts } = manifest
  if (form === undefined || Object.keys(where).length > 0) {
    const data = await realData(record, plugins, source)
    return { method: build("method", { ...spec, data: source }, plugins), dataset: await data.open() }
  }
  const dataset = datasetOfForm(form, async () => (await realData(record, plugins, source)).open())
  const { version } = pluginOf("dataset", source, plugins)
  const { fields, labels, licence, digest } = facts as DatasetFacts
  const built: Dataset = {
    fields,
    labels: labels === "visible",
    licence,
    digest: async () => digest,
    missing: async () => [],
    open: async () => dataset,
  }
  const name = String(source.use)
  const standIn: Plugin<"dataset", Dataset> = {
    kind: "dataset",
    name,
    version,
    options: {},
    build: () => built,
  }
  const known = new Map(plugins).set(`dataset/${name}`, standIn)
  return { method: build("method", { ...spec, data: { use: name } }, known), dataset }
}

async function realData(
  { manifest }: TrainedRecord,
  plugins: PluginMap,
  source: JsonObject,
): Promise<Dataset> {
  const mistakes: Mistake[] = []
  decodePlugin(source, "dataset", [], { plugins, mistakes })
  if (mistakes[0] !== undefined) {
    const { path, message } = mistakes[0]
    throw new RangeError(
      `Expected to be told where the data of the trial ${manifest.trial} lie, which a run store does not keep, but ${path.join(".")}: ${message}; give it: openTrained(store, trial, { data: { folder } }), or --data folder=PATH of \`sample\`.`,
    )
  }
  const data = build("dataset", source, plugins)
  const [missing] = await data.missing()
  if (missing !== undefined) throw new RangeError(missing)
  const digest = await data.digest()
  if (manifest.preimage.data !== digest) {
    throw new RangeError(
      `Expected the dataset ${source.use} that the trial ${manifest.trial} learnt from (digest ${String(manifest.preimage.data).slice(0, 12)}), but this is another one (digest ${digest.slice(0, 12)}); give the folder of that one.`,
    )
  }
  return data
}
