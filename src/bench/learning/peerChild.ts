// A process that has one trial of a recipe played by its port in PyTorch, and judges what that answers as ours are judged.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { evaluate } from "@saddlepoint/core/answer/evaluate"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Definition } from "@saddlepoint/core/declare/definition"
import { openChildChannel } from "@saddlepoint/lab/trial/childChannel"
import { openTrial } from "@saddlepoint/lab/trial/openTrial"
import { exportTrial } from "./exportTrial.ts"
import { givenAnswers } from "./givenAnswers.ts"
import type { PeerScore, PeerTask } from "./playPeer.ts"
import { playPort } from "./playPort.ts"

const { request, close } = await openChildChannel()
const { python, port, folder, metric } = request.extra as unknown as PeerTask
const { default: definition } = (await import(request.definition)) as { readonly default: Definition }
const { method, dataset, datasetDigest, metrics, engine, stages } = await openTrial(
  request,
  definition.plugins,
)
if (method?.answers !== "pairs" && method?.answers !== "classes") {
  throw new Error(
    `Expected a recipe that answers with pairs or classes for a port, but it answers with ${method?.answers}.`,
  )
}
const { seed, steps, preimage } = request.trial
await exportTrial(
  { method, spec: preimage.spec as JsonObject, dataset, stages: stages(), seed, steps },
  folder,
)
const { played, answers } = playPort(python, port, folder)
const shape =
  method.answers === "pairs" ? dataset.splits.test.fields.target!.shape : [dataset.classes!.length]
const judged =
  played.diverged === null
    ? await evaluate({
        method: givenAnswers(method, answers, shape),
        players: {},
        dataset,
        datasetDigest,
        metrics: (await metrics()).filter((one) => one.metric.outputs.some(({ name }) => name === metric)),
        engine,
        seed,
      })
    : {}
const score: PeerScore = { played, ...(metric in judged ? { score: judged[metric]!.value } : {}) }
writeFileSync(join(folder, "score.json"), JSON.stringify(score))
close()
