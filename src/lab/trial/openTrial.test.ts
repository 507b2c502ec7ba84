import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { GivenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import { type Model, refusalsOfModel } from "@saddlepoint/core/contracts/player"
import { build } from "@saddlepoint/core/declare/decode/resolve"
import { train } from "@saddlepoint/core/play/trainer"
import { openLoader } from "@saddlepoint/datasets/loader"
import * as tf from "@saddlepoint/engine/tf"
import { afterEach, beforeEach, expect, test } from "vitest"
import { criticGame, pluginsOf, requestOf } from "../testing/criticGame.ts"
import { openTrial } from "./openTrial.ts"
import { Refusal } from "./refusal.ts"

const { random } = Math
let store: string
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-open-"))
})
afterEach(() => {
  Math.random = random
  rmSync(store, { recursive: true, force: true })
})

/** A network that gives the images back, and counts how often it was opened. */
function network(missing: readonly string[] = []) {
  const opened = { times: 0 }
  const given: GivenNetwork = {
    task: "sees",
    missing: async () => missing,
    async open() {
      opened.times += 1
      const player = {
        variables: {},
        state: {},
        apply: ({ image }: object & { image?: never }) => ({ image: image! }),
      }
      return { player: { ...player, dispose() {} }, digest: "d".repeat(64) }
    },
  }
  return { given, opened }
}

const open = async (...needs: readonly GivenNetwork[]) =>
  openTrial(await requestOf(store, { mode: "probe" }), pluginsOf(criticGame(needs)))

test("every given network of the method's losses is opened once, and its losses see with it", async () => {
  const [one, other] = [network(), network()]
  const { given, engine, stages } = await open(one.given, other.given, one.given)
  expect([one, other].map(({ opened }) => opened.times)).toEqual([1, 1])
  expect([...given.keys()]).toEqual([one.given, other.given])
  const { status } = await train({ stages: stages(), seed: 1, steps: 1, engine, openLoader, given })
  expect(status).toBe("completed")
  engine.dispose()
})

test("a network whose file is gone since the plan was made is a refusal, in the network's own words", async () => {
  const sentence = "Expected vgg.safetensors, but there is no such file."
  const gone = network([sentence])
  await expect(open(gone.given)).rejects.toThrow(new Refusal(sentence))
  expect(gone.opened.times).toBe(0)
})

test("a dataset that changed since the trial was planned is a refusal that names it and both digests", async () => {
  const request = await requestOf(store, { mode: "probe" })
  const { source, preimage } = request.trial
  const digest = await build("dataset", source, pluginsOf()).digest()
  const planned = (data: string) =>
    openTrial(
      { ...request, trial: { ...request.trial, preimage: { ...preimage, data } } },
      pluginsOf(criticGame()),
    )
  await expect(planned("b".repeat(64))).rejects.toThrow(
    `Expected the dataset glyphs as it was when trial ${request.trial.id} was planned (digest bbbbbbbbbbbb), but it has changed since (digest ${digest.slice(0, 12)})`,
  )
  const { engine } = await planned(digest)
  engine.dispose()
})

test("a method that needs no network is given none", async () => {
  const { given, engine } = await open()
  expect(given.size).toBe(0)
  engine.dispose()
})

test("a user's model that does not say what it gives is tried before the trial begins, and refused in a sentence", async () => {
  const wide: Model = {
    part: "generator",
    takes: { image: "always" },
    gives: ["image"],
    player: () => ({
      variables: {},
      state: {},
      apply: ({ image }) => ({ image: tf.tile(image!, [1, 1, 1, 3]) }),
      dispose() {},
    }),
  }
  const game = criticGame()
  const refusing = {
    ...game,
    build: (parts: unknown) => ({
      ...game.build(parts),
      refuses: ({ splits: { train } }: Pick<OpenDataset, "splits">) => {
        const image = train.fields.image!
        return refusalsOfModel(wide, { inputs: { image }, outputs: { image } }, "generator")
      },
    }),
  } as typeof game
  const request = await requestOf(store, { mode: "probe" })
  await expect(openTrial(request, pluginsOf(refusing))).rejects.toThrow(
    new Refusal(
      "Expected a generator that gives image [16, 16, 1], but got one that gives [16, 16, 3]; change its options (channels, sizes) or choose another model.",
    ),
  )
})
