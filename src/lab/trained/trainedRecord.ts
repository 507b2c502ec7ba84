import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { type Manifest, readManifest } from "../store/attempts/manifest.ts"
import { newest } from "../store/results/publication.ts"
import { onlyTrial } from "../store/trials/findTrial.ts"
import { type PublishedResult, readTrial } from "../store/trials/trialRecord.ts"
import { knownSchema } from "../store/upkeep/storeSchema.ts"

/** What a run store keeps of a trained arm. */
export interface TrainedRecord {
  readonly experiment: string
  readonly published: PublishedResult
  readonly manifest: Manifest
  /** The method's, with its data in it as far as the store knows where they lie. */
  readonly spec: JsonObject
  /** Plug-ins that the trial is made of, by `kind/name`, with their versions. */
  readonly versions: Readonly<Record<string, number>>
}

/**
 * Finds the newest result of an arm's trial.
 * @param id of the trial, or its first digits
 * @throws RangeError in one sentence where there is none, or more than one trial is meant
 */
export function trainedRecord(store: string, id: string): TrainedRecord {
  knownSchema(store)
  const found = onlyTrial(store, id)
  const published = newest(readTrial(store, found.experiment, found.trial).results.values())
  if (published === undefined) {
    throw new RangeError(
      `Expected the trial ${found.trial} to be finished, but it has no result; run it first.`,
    )
  }
  const manifest = readManifest(published.folder)
  if (manifest === undefined) {
    throw new RangeError(
      `Expected the manifest of the trial ${found.trial}, but it is missing or damaged; play the trial anew.`,
    )
  }
  if (manifest.kind !== "arm") {
    throw new RangeError(
      `Expected the trial of an arm, but ${found.trial} is ${manifest.arm}, which has no generator; choose one of an arm.`,
    )
  }
  const { spec, plugins } = manifest.preimage as {
    readonly spec: JsonObject
    readonly plugins: Readonly<Record<string, number>>
  }
  return { experiment: found.experiment, published, manifest, spec, versions: plugins }
}
