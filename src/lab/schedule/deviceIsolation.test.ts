import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { expect, test } from "vitest"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { TrialRequest } from "../contracts/trialRequest.ts"
import { aTrial } from "../testing/plan.ts"
import { launch } from "./launcher.ts"
import { layOut } from "./places.ts"
import { openSlots } from "./slots.ts"
import { withSlot } from "./withSlot.ts"

// Says which devices it sees, holds them for a moment, and crashes when its seed is odd.
const child = `process.once("message", ({ trial }) => {
  const { CUDA_VISIBLE_DEVICES, CUDA_DEVICE_ORDER } = process.env
  process.send({ type: "seen", CUDA_VISIBLE_DEVICES, CUDA_DEVICE_ORDER })
  setTimeout(() => process.exit(trial.seed % 2), 50)
})`

test("processes of trials see one GPU each, and no GPU is seen by two at once, also when trials crash", async () => {
  const folder = mkdtempSync(join(tmpdir(), "isolation-"))
  const childEntry = join(folder, "child.mjs")
  writeFileSync(childEntry, child)
  const gpus = [0, 1].map((number) => ({
    number,
    uuid: `GPU-${number}`,
    model: "fake",
    memory: 1000,
    used: 0,
  }))
  const { places } = layOut({
    engine: { name: "tensorflow", device: "gpu" },
    workers: 4,
    list: { gpus },
    packing: false,
  })
  const slots = openSlots({ places, workers: 4, recovers: async () => {} })
  const seen: unknown[] = []
  const playing = new Set<string>()
  const play = (seed: number) =>
    withSlot(slots, { trial: aTrial("gan", seed) }, ({ gpu, environment }) => {
      expect(playing).not.toContain(gpu!.uuid)
      playing.add(gpu!.uuid)
      return launch({
        childEntry,
        environment,
        request: { trial: aTrial("gan", seed), threads: 1 } as TrialRequest,
        onMessage: (message: ChildMessage) => seen.push([message, gpu!.uuid]),
      }).pipe(Effect.tap(() => Effect.sync(() => playing.delete(gpu!.uuid))))
    })
  try {
    const ends = await Effect.runPromise(Effect.all([0, 1, 2, 3, 4].map(play), { concurrency: "unbounded" }))
    expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0, 1, 0])
    expect(seen).toHaveLength(5)
    for (const [message, uuid] of seen as [object, string][]) {
      expect(message).toEqual({
        type: "seen",
        CUDA_VISIBLE_DEVICES: uuid,
        CUDA_DEVICE_ORDER: "PCI_BUS_ID",
      })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
