import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { learn } from "../../contracts/game.ts"
import { type AnyOptimiser, isHost } from "../../contracts/optimiser.ts"
import type { Player } from "../../contracts/player.ts"
import { makeAdagrad } from "../../optimisers/adagrad.ts"
import { makeAdam } from "../../optimisers/adam.ts"
import { makeAdamW } from "../../optimisers/adamW.ts"
import { makeLbfgs } from "../../optimisers/lbfgs.ts"
import { makeRmsProp } from "../../optimisers/rmsProp.ts"
import { makeSgd } from "../../optimisers/sgd.ts"
import { Round } from "../../play/round.ts"
import { cosine } from "../../schedules/cosine.ts"
import { exponential } from "../../schedules/exponential.ts"
import { linear } from "../../schedules/linear.ts"
import type { Played } from "../format/compare.ts"
import type { Family } from "../format/family.ts"
import type { Trajectory } from "../format/trajectory.ts"
import { layeredNetwork, type Places } from "../playing/layerTable.ts"
import { alike, toTorch } from "../playing/layout.ts"
import { tensorOf } from "../playing/point.ts"
import { startFrom } from "../playing/start.ts"
import { firstGradients, overheard, presentRates, watched } from "../playing/watched.ts"

/** The recorded runs; rates of SGD and of L-BFGS without a line search are the case's. */
function runsOf({ sgdLr, lbfgsPlainLr }: { readonly sgdLr: number; readonly lbfgsPlainLr: number }) {
  const adam = { rate: 0.01, beta1: 0.9 }
  // Factor 1 - max(0, e + 1 - 20) / 31 at step e: 1 up to step 19, and 1/31 less at each one after that.
  const linearSchedule = linear({ begin: { steps: 19 }, length: { steps: 31 } })
  const cosineOf = (rate: number) => cosine({ end: 1e-4 / rate, length: { steps: 40 }, afterwards: "rise" })
  const steps = exponential({ decay: 0.5, length: { steps: 15 }, staircase: true })
  const falling = exponential({ decay: 0.97, length: { steps: 1 } })
  return {
    "adam-none": makeAdam(adam),
    "adam-b05-linear": makeAdam({ ...adam, beta1: 0.5, schedule: linearSchedule }),
    "adam-l2-cosine": makeAdam({ ...adam, weightDecay: 0.1, schedule: cosineOf(0.01) }),
    "adam-amsgrad-exp": makeAdam({ ...adam, beta1: 0, beta2: 0.9, amsgrad: true, schedule: falling }),
    "adam-eps-none": makeAdam({ ...adam, epsilon: 1e-2 }),
    "adamw-step": makeAdamW({ rate: 0.01, weightDecay: 0.1, schedule: steps }),
    "sgd-none": makeSgd({ rate: sgdLr }),
    "sgd-momentum-step": makeSgd({ rate: sgdLr, momentum: 0.9, schedule: steps }),
    "sgd-nesterov-exp": makeSgd({
      rate: sgdLr,
      momentum: 0.9,
      nesterov: true,
      weightDecay: 1e-3,
      schedule: falling,
    }),
    "sgd-dampening-cosine": makeSgd({
      rate: sgdLr,
      momentum: 0.8,
      dampening: 0.5,
      schedule: cosineOf(sgdLr),
    }),
    "rmsprop-none": makeRmsProp({ rate: 0.002 }),
    "rmsprop-centered-linear": makeRmsProp({
      rate: 0.002,
      smoothing: 0.9,
      centred: true,
      momentum: 0.5,
      schedule: linearSchedule,
    }),
    "adagrad-none": makeAdagrad({ rate: 0.05 }),
    "adagrad-decay-step": makeAdagrad({
      rate: 0.05,
      rateDecay: 0.01,
      initialAccumulator: 0.1,
      schedule: steps,
    }),
    "lbfgs-wolfe": makeLbfgs({ maxIterations: 5, history: 6, lineSearch: "strongWolfe" }),
    "lbfgs-wolfe-20": makeLbfgs({ maxIterations: 20, history: 100, lineSearch: "strongWolfe" }),
    "lbfgs-plain": makeLbfgs({ maxIterations: 4, history: 5, rate: lbfgsPlainLr }),
  } satisfies Record<string, AnyOptimiser>
}

/** Something to be lowered: a player, where its variables lie in PyTorch's order, and its objective. */
interface Problem {
  readonly player: Player
  readonly places: Places
  objective(player: Player): tf.Scalar
}

/** Every run by itself, from the same start, through the moves of a game. */
export const optimisers: Family = { play, leaveOut: [] }

async function play(recorded: Trajectory, engine: Engine): Promise<Played> {
  const problem = recorded.tensors.includes("data.start") ? rosenbrock(recorded) : regression(recorded)
  const losses: Record<string, number[]> = {}
  const expect: Record<string, Float32Array> = {}
  const after: Record<string, Float32Array> = {}
  let grad0: Played["grad0"] = {}
  try {
    for (const [run, optimiser] of Object.entries(runsOf(recorded.config))) {
      const steps = recorded.losses[`${run}.loss`]?.length ?? 0
      if (steps === 0) continue
      const played = await playRun(recorded, problem, optimiser, { engine, steps })
      losses[`${run}.loss`] = played.losses
      losses[`${run}.lr`] = played.rates
      if (isHost(optimiser)) losses[`${run}.closure`] = played.evaluations
      expect[`expect.${run}.params`] = Float32Array.from(played.parameters.flat())
      after[run] = Float32Array.from(played.parameters.at(-1) ?? [])
      // The same for all runs: they begin at the same point. Optimisers of the host are not watched.
      grad0 = { ...onRecord(played.grad0, recorded.grad0), ...grad0 }
    }
  } finally {
    problem.player.dispose()
  }
  return { losses, expect, after, grad0 }
}

function onRecord<T>(
  found: Readonly<Record<string, T>>,
  record: Readonly<Record<string, unknown>>,
): Record<string, T> {
  return Object.fromEntries(Object.entries(found).filter(([name]) => name in record))
}

async function playRun(
  recorded: Trajectory,
  { player, places, objective }: Problem,
  optimiser: AnyOptimiser,
  { engine, steps }: { readonly engine: Engine; readonly steps: number },
) {
  startFrom(recorded, player.variables, places)
  const evaluations: number[] = []
  const watching = isHost(optimiser)
    ? overheard(optimiser, (loss) => evaluations.push(loss))
    : watched(optimiser)
  const move = learn({
    name: "net",
    learns: ["net"],
    optimiser: watching,
    objective: ({ players }) => ({ total: objective(players.net!), terms: {} }),
  })
  const round = new Round({
    engine,
    stage: "golden",
    game: { players: { net: player }, moves: [move] },
    seed: 0,
    steps: 50,
  })
  const found = { losses: [] as number[], rates: [] as number[], parameters: [] as number[][], evaluations }
  try {
    for (let step = 0; step < steps; step++) {
      found.losses.push((await round.play({}, step))["net/total"]!)
      found.rates.push(isHost(optimiser) ? optimiser.rate : presentRates(await round.optimiserState()).net!)
      const values = Object.entries(player.variables).map(async ([name, variable]) =>
        Array.from(toTorch(await variable.data(), places[name]!.layout)),
      )
      found.parameters.push((await Promise.all(values)).flat())
    }
    const firsts = Object.entries(firstGradients(await round.optimiserState())).map(([name, values]) => {
      const place = places[name.slice("net/".length)]!
      return [place.tensor, toTorch(values, place.layout)] as const
    })
    return { ...found, grad0: Object.fromEntries(firsts) }
  } finally {
    round.dispose()
  }
}

/** The recorded network on the whole of the recorded data, mean squared error. */
function regression(recorded: Trajectory): Problem {
  const data = (name: string) => recorded.tensor(name)
  const { model, places } = layeredNetwork(
    recorded.layers("net"),
    { input: data("data.x").shape.slice(1) },
    "net",
  )
  const constant = (name: string) => tensorOf(data(name).values, alike(data(name).shape))
  return {
    places,
    player: {
      variables: Object.fromEntries(
        model.trainableWeights.map((weight) => [weight.originalName, weight.read() as tf.Variable] as const),
      ),
      state: {},
      apply: () => ({ features: model.apply(constant("data.x"), { training: true }) as tf.Tensor }),
      dispose: () => model.dispose(),
    },
    objective: (player) =>
      tf.mean(tf.squaredDifference(player.apply({}, "train").features!, constant("data.y"))),
  }
}

/** `sum 100 (x[i + 1] - x[i]^2)^2 + (1 - x[i])^2`, from the recorded start. */
function rosenbrock(recorded: Trajectory): Problem {
  const { shape } = recorded.tensor("data.start")
  const x = tf.tidy(() => tf.variable(tf.zeros([...shape])))
  return {
    places: { x: { tensor: "data.start", layout: alike(shape) } },
    player: {
      variables: { x },
      state: {},
      apply: () => ({ features: tf.mul(x, 1) }),
      dispose: () => x.dispose(),
    },
    objective(player) {
      const features = player.apply({}, "train").features! as tf.Tensor1D
      const [size] = shape as [number]
      const [before, behind] = [tf.slice(features, 0, size - 1), tf.slice(features, 1, size - 1)]
      const valley = tf.mul(100, tf.square(tf.sub(behind, tf.square(before))))
      return tf.sum(tf.add(valley, tf.square(tf.sub(1, before))))
    },
  }
}
