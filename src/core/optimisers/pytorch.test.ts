import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, describe, expect, test } from "vitest"
import type { Optimiser } from "../contracts/optimiser.ts"
import { cosine } from "../schedules/cosine.ts"
import { exponential } from "../schedules/exponential.ts"
import { linear } from "../schedules/linear.ts"
import { makeAdagrad } from "./adagrad.ts"
import { makeAdam } from "./adam.ts"
import { makeAdamW } from "./adamW.ts"
import { makeLbfgs } from "./lbfgs.ts"
import { makeRmsProp } from "./rmsProp.ts"
import { makeSgd } from "./sgd.ts"
import { played, playedOnHost } from "./testing/played.ts"
import { rosenbrock } from "./testing/rosenbrock.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

/*
 * Values on Rosenbrock's function in four dimensions after 3 and after 50 updates, from this start: PyTorch 2.13 on the CPU in float64,
 * torch.optim with the schedulers of torch.optim.lr_scheduler, stepped after every update.
 */
const start = [0.45055902004241943, -0.595909595489502, -0.2956094741821289, 0.8175491094589233]

const stairs = exponential({ decay: 0.5, length: { steps: 15 }, staircase: true }) // StepLR(15, 0.5)
const falling = exponential({ decay: 0.97, length: { steps: 1 } }) // ExponentialLR(0.97)
const toZero = linear({ begin: { steps: 19 }, length: { steps: 31 } }) // LambdaLR(1 - max(0, epoch - 19) / 31)
/** CosineAnnealingLR(40, eta_min=1e-4): ten of the fifty steps are beyond its length. */
const wave = (rate: number) => cosine({ end: 1e-4 / rate, length: { steps: 40 }, afterwards: "rise" })
const adam = { rate: 0.01, beta1: 0.9 }
const sgd = { rate: 5e-4 }

const golden: Record<string, { optimiser: Optimiser; third: readonly number[]; last: readonly number[] }> = {
  Adam: {
    optimiser: makeAdam(adam),
    third: [0.4206142, -0.5659512, -0.265632, 0.7875549],
    last: [0.1113649, -0.2213356, 0.123679, 0.3570448],
  },
  "Adam, beta1 0.5, LambdaLR": {
    optimiser: makeAdam({ rate: 0.01, beta1: 0.5, schedule: toZero }),
    third: [0.4208484, -0.5661353, -0.2657378, 0.7875842],
    last: [0.2092278, -0.3342397, 0.01208221, 0.4938811],
  },
  "Adam, weight decay, CosineAnnealingLR": {
    optimiser: makeAdam({ ...adam, weightDecay: 0.1, schedule: wave(0.01) }),
    third: [0.4206901, -0.5660272, -0.2657081, 0.787631],
    last: [0.2587909, -0.3989199, -0.09060022, 0.6083381],
  },
  "AMSGrad, betas 0 and 0.9, ExponentialLR": {
    optimiser: makeAdam({ rate: 0.01, beta1: 0, beta2: 0.9, amsgrad: true, schedule: falling }),
    third: [0.4220739, -0.56729, -0.2667789, 0.788518],
    last: [0.2546098, -0.3857559, -0.05323832, 0.5670372],
  },
  "Adam, a large epsilon": {
    optimiser: makeAdam({ ...adam, epsilon: 1e-2 }),
    third: [0.4206164, -0.5659522, -0.2656385, 0.7875569],
    last: [0.1113889, -0.2213389, 0.1235779, 0.3570737],
  },
  "AdamW, StepLR": {
    optimiser: makeAdamW({ rate: 0.01, weightDecay: 0.1, schedule: stairs }),
    third: [0.4192972, -0.5641978, -0.264777, 0.7851356],
    last: [0.2143065, -0.3453805, -0.03734048, 0.5376808],
  },
  SGD: {
    optimiser: makeSgd(sgd),
    third: [0.3061918, -0.2653422, -0.2544293, 0.6165797],
    last: [0.2302789, 0.05695741, 0.006948677, 0.005779814],
  },
  "SGD, momentum, StepLR": {
    optimiser: makeSgd({ ...sgd, momentum: 0.9, schedule: stairs }),
    third: [0.160699, 0.06375092, -0.2092932, 0.4369161],
    last: [-0.1849134, 0.06489635, -0.003342952, 0.001340009],
  },
  "SGD, Nesterov, weight decay, ExponentialLR": {
    optimiser: makeSgd({ ...sgd, momentum: 0.9, nesterov: true, weightDecay: 1e-3, schedule: falling }),
    third: [0.1405124, 0.1227984, -0.2005462, 0.3293042],
    last: [-0.1121623, 0.01993673, 0.0118112, -0.001291304],
  },
  "SGD, dampening, CosineAnnealingLR": {
    optimiser: makeSgd({ ...sgd, momentum: 0.8, dampening: 0.5, schedule: wave(5e-4) }),
    third: [0.2274713, -0.0925769, -0.2274278, 0.5501288],
    last: [0.02670243, 0.003923836, 0.01053942, 0.0009726154],
  },
  RMSprop: {
    optimiser: makeRmsProp({ rate: 2e-3 }),
    third: [0.4063463, -0.551355, -0.2505106, 0.7719668],
    last: [0.2435513, -0.376563, -0.05038187, 0.5632631],
  },
  "RMSprop, centred, momentum, LambdaLR": {
    optimiser: makeRmsProp({ rate: 2e-3, smoothing: 0.9, centred: true, momentum: 0.5, schedule: toZero }),
    third: [0.4270158, -0.5723082, -0.271918, 0.7937688],
    last: [0.1977025, -0.3136201, 0.08385967, 0.4084644],
  },
  Adagrad: {
    optimiser: makeAdagrad({ rate: 0.05 }),
    third: [0.3465389, -0.4896148, -0.185508, 0.7047441],
    last: [0.1165319, -0.2065301, 0.1237938, 0.2893758],
  },
  "Adagrad, rate decay, initial accumulator, StepLR": {
    optimiser: makeAdagrad({ rate: 0.05, rateDecay: 0.01, initialAccumulator: 0.1, schedule: stairs }),
    third: [0.3472689, -0.4903854, -0.1863527, 0.7056325],
    last: [0.1826479, -0.302426, 0.04824581, 0.4529124],
  },
}

describe.each(Object.entries(golden))("%s", (_name, { optimiser, third, last }) => {
  const after = (steps: number) => {
    // The schedules here count steps; their share of a stage plays no part.
    const gradientAt = ({ x }: Readonly<Record<string, readonly number[]>>) => ({
      x: [...rosenbrock(x!).gradient],
    })
    return played(optimiser, { x: start }, gradientAt, steps).values.x!
  }

  test("is where PyTorch is after 3 and after 50 updates", () => {
    for (const [i, value] of after(3).entries()) expect(value).toBeCloseTo(third[i]!, 5)
    for (const [i, value] of after(50).entries()) expect(value).toBeCloseTo(last[i]!, 5)
  })
})

describe("L-BFGS", () => {
  test("evaluates and moves as PyTorch's with the strong Wolfe search", async () => {
    const optimiser = makeLbfgs({ maxIterations: 5, history: 6, lineSearch: "strongWolfe" })
    const { values, losses } = await playedOnHost(optimiser, start, rosenbrock, 4)
    expect(losses.map((seen) => seen.length)).toEqual([6, 6, 7, 6])
    for (const [i, value] of [0.8730982, 0.7612028, 0.5793813, 0.3142734].entries()) {
      expect(values[i]).toBeCloseTo(value, 6)
    }
  })

  test("ends an update after five quarters of its iterations in evaluations, as PyTorch's", async () => {
    const optimiser = makeLbfgs({ history: 100, lineSearch: "strongWolfe" })
    const { values, losses } = await playedOnHost(optimiser, start, rosenbrock, 1)
    expect(losses.map((seen) => seen.length)).toEqual([25])
    for (const [i, value] of [0.9294397, 0.8716594, 0.7637396, 0.5804553].entries()) {
      expect(values[i]).toBeCloseTo(value, 6)
    }
  })

  test("evaluates and moves as PyTorch's without a line search", async () => {
    const optimiser = makeLbfgs({ rate: 0.05, maxIterations: 4, history: 5 })
    const { values, losses } = await playedOnHost(optimiser, start, rosenbrock, 10)
    expect(losses.map((seen) => seen.length)).toEqual(Array(10).fill(4))
    for (const [i, value] of [0.2632714, -0.09990042, -0.02548631, 0.1020047].entries()) {
      expect(values[i]).toBeCloseTo(value, 6)
    }
  })
})
