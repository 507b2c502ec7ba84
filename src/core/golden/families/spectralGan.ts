import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { Convolution } from "../../layers/convolution.ts"
import { Dense } from "../../layers/dense.ts"
import { seededNormal } from "../../layers/seededInitialiser.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { ganGame } from "../../methods/samples/ganGame.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { type LayeredNetwork, layeredNetwork, type Places } from "../playing/layerTable.ts"
import { batchOf, fieldOf, playGame } from "../playing/playGame.ts"
import { drawing, drawn, inOrder } from "../playing/recordedDraws.ts"
import { given, layeredPlayer } from "../playing/recordedPlayer.ts"
import { type SpectralForm, spectralForms, spectralPlaces } from "../playing/spectralPlaces.ts"
import { watched } from "../playing/watched.ts"

/** `ganGame` with the hinge loss and a discriminator under spectral norm, in either of PyTorch's forms. */
export const spectralGan: Family = {
  play: playSpectralGan,
  leaveOut: [
    {
      kind: "losses",
      names: /^D_(real|fake)$/,
      why: "the two halves of the discriminator's loss are one term here, which is compared",
    },
  ],
}

async function playSpectralGan(recorded: Trajectory, engine: Engine): Promise<Played> {
  const { config } = recorded
  const moves: number = config.nDis
  const [real, noise] = ["data.real", "data.noiseD"].map((name) => inOrder(recorded.tensor(name)))
  const noiseOfGenerator = recorded.tensor("data.noiseG")
  const image = fieldOf(real!)
  const form = recorded.tensors.includes("D.c1.weight_orig") ? "hook" : "parametrization"
  const players = {
    generator: layeredPlayer(
      recorded,
      layeredNetwork(generatorLayers(recorded), { input: [config.nz] }, "G"),
      "latent",
      "image",
    ),
    discriminator: layeredPlayer(recorded, discriminator(recorded, image.shape, form), "image", "scores"),
  }
  const game = ganGame(
    {
      generator: given(players.generator),
      discriminator: given(players.discriminator),
      losses: [adversarial.plugin.build({ objective: "hinge", weight: 1 })],
      optimiser: watched(makeAdam({ rate: 2e-4, beta1: 0, beta2: 0.9 })),
      latent: config.nz,
      criticMoves: moves,
    },
    { fields: { image }, batch: config.batch, seed: 0 },
  )
  const looked: Record<string, number[]> = {}
  const look = async (name: string, values: Promise<ArrayLike<number>>) => {
    looked[name] = [...(looked[name] ?? []), ...Array.from(await values)]
  }
  const steps = recorded.steps * moves
  const played = await playGame({
    engine,
    game: drawing(game),
    players,
    steps,
    batch: (step) => ({
      image: batchOf(real!, step),
      ...drawn({
        "discriminator:latent": batchOf(noise!, step),
        "generator:latent": batchOf(noiseOfGenerator, Math.floor(step / moves)),
        "generator:generator/latent": batchOf(noiseOfGenerator, Math.floor(step / moves)),
      }),
    }),
    async after(step) {
      if ((step + 1) % moves !== 0) return
      const { state } = players.discriminator
      for (const layer of ["c1", "c2", "c3", "l"])
        await look(`expect.u.${layer}`, state[`${layer}/u`]!.data())
      if (step + 1 < steps) return
      const { values, shape } = batchOf(real!, 0)
      const first = tf.tensor(values, [...shape])
      const { scores } = players.discriminator.apply({ image: first }, "evaluate")
      await look("expect.evalD", scores!.data())
      tf.dispose([first, scores!])
    },
  })
  const of = (name: string) =>
    played.losses.flatMap((reported) => (reported[name] === undefined ? [] : [reported[name]]))
  return {
    losses: { D: of("discriminator/adversarial"), G: of("generator/adversarial") },
    grad0: played.grad0,
    after: played.after,
    expect: looked,
  }
}

/** The recorded layers with the ReLUs and the tanh that the record has in words. */
function generatorLayers(recorded: Trajectory) {
  return recorded
    .layers("G")
    .flatMap((layer) =>
      layer.type === "BatchNorm2d" ? [layer, { name: `${layer.name}/relu`, type: "ReLU" }] : [layer],
    )
    .concat({ name: "tanh", type: "Tanh" })
}

/** Slope of the leaky ReLU, stride and padding of the convolutions, which the record has in words. */
const slope = 0.1
const geometries = [
  { name: "c1", stride: 1, padding: 1 },
  { name: "c2", stride: 2, padding: 1 },
  { name: "c3", stride: 2, padding: 1 },
] as const

function discriminator(recorded: Trajectory, image: readonly number[], form: SpectralForm): LayeredNetwork {
  const { begin, kernel: ending } = spectralForms[form]
  const start = { kernel: seededNormal({ seed: 0, player: "recorded", variable: "D" }) }
  const input = tf.input({ shape: [...image], name: "D/input" })
  let places: Places = {}
  let x = input
  for (const { name, ...geometry } of geometries) {
    const [channels, , kernel] = recorded.tensor(`D.${name}.${ending}`).shape as [number, number, number]
    const layer = new Convolution({ name, channels, kernel, ...geometry, start, spectral: begin })
    x = tf.layers
      .leakyReLU({ name: `${name}/activation`, alpha: slope })
      .apply(layer.apply(x)) as tf.SymbolicTensor
    places = { ...places, ...spectralPlaces(recorded, { name, recorded: `D.${name}`, form }) }
  }
  const channels = x.shape.at(-1)!
  const flat = tf.layers.flatten({ name: "flat" }).apply(x)
  const scores = new Dense({ name: "l", channels: 1, start, spectral: begin }).apply(flat)
  return {
    model: tf.model({ inputs: input, outputs: scores as tf.SymbolicTensor, name: "D" }),
    places: { ...places, ...spectralPlaces(recorded, { name: "l", recorded: "D.l", form, channels }) },
  }
}
