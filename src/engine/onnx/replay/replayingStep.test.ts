import { afterAll, beforeAll, expect, test } from "vitest"
import type { StepBody, StepSources } from "../../engine.ts"
import { openEngine } from "../../open.ts"
import { stream } from "../../random.ts"
import { lazyStep } from "../../steps/lazyStep.ts"
import * as tf from "../../tf.ts"
import type { OnnxEngine } from "../engine.ts"

let engine: OnnxEngine

beforeAll(async () => {
  engine = (await openEngine({ device: "onnx" })) as OnnxEngine
})
afterAll(() => engine.dispose())

const sources: StepSources = {
  random: (name, shape, _distribution, step) =>
    stream(name, step).fillNormal(new Float32Array(shape.reduce((a, b) => a * b, 1))),
  schedule: (_name, step) => 1 / (step + 2),
}

/** A small convolutional regression with noise, momentum, a schedule and a constant window. */
function learner(counted: { runs: number }): { body: StepBody; variables: tf.Variable[] } {
  const init = (name: string, shape: number[]) =>
    tf.variable(tf.tensor(stream(name).fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), shape))
  const filter = init("filter", [3, 3, 2, 3])
  const momentum = tf.variable(tf.zeros([3, 3, 2, 3]), false)
  const body: StepBody = ({ x }, context) => {
    counted.runs++
    const loss = () => {
      const noisy = x!.add(context.random("noise", [2, 6, 6, 2], { kind: "normal" }).mul(0.1)) as tf.Tensor4D
      const y = tf.leakyRelu(tf.conv2d(noisy, filter as unknown as tf.Tensor4D, 2, "same"), 0.2)
      return tf.mean(tf.square(y.sub(tf.tensor1d([1, 2, 3])))) as tf.Scalar
    }
    const { value, grads } = tf.variableGrads(loss, [filter])
    momentum.assign(momentum.mul(0.9).add(grads[filter.name]!))
    filter.assign(filter.sub(momentum.mul(context.schedule("rate"))) as never)
    return { value, rate: context.schedule("rate").mul(2) }
  }
  return { body, variables: [filter, momentum] }
}

const batch = (step: number) =>
  tf.tensor4d(stream("x", step).fillUniform(new Float32Array(144)), [2, 6, 6, 2])

test("a replayed step gives the bits of one that runs its body every time", () => {
  const run = (replayed: boolean) => {
    const counted = { runs: 0 }
    const { body, variables } = learner(counted)
    const compiled = replayed
      ? engine.compile(body, sources)
      : lazyStep(body, sources, () => engine.backend.flush())
    const seen: number[] = []
    for (let step = 0; step < 20; step++) {
      const x = batch(step)
      const reported = compiled.play({ x }, step)
      seen.push(...reported.value!.dataSync(), ...reported.rate!.dataSync())
      tf.dispose([x, reported])
    }
    seen.push(...variables.flatMap((variable) => Array.from(variable.dataSync())))
    tf.dispose(variables)
    return { seen, runs: counted.runs }
  }
  const replayed = run(true)
  expect(replayed.seen).toEqual(run(false).seen)
  expect(replayed.runs).toBeLessThanOrEqual(4)
})

test("a replay leaves as many tensors as a run of the body", () => {
  const { body, variables } = learner({ runs: 0 })
  const compiled = engine.compile(body, sources)
  const x = batch(0)
  const counts = Array.from({ length: 12 }, (_, step) => {
    tf.dispose(compiled.play({ x }, step))
    return `${tf.memory().numTensors} ${engine.backend.numDataIds()}`
  })
  expect(new Set(counts).size).toBe(1)
  tf.dispose([x, ...variables])
})

test("a variable that was restored from outside is seen by the next replay", () => {
  const state = tf.variable(tf.tensor1d([1, 1]))
  const compiled = engine.compile(({ x }) => {
    state.assign(state.mul(x!))
    return { state }
  }, sources)
  const x = tf.tensor1d([2, 3])
  for (let step = 0; step < 6; step++) tf.dispose(compiled.play({ x }, step))
  state.assign(tf.tensor1d([10, 10]))
  expect(Array.from(compiled.play({ x }, 6).state!.dataSync())).toEqual([20, 30])
  tf.dispose([x, state])
})

test("a body with a counter in JavaScript is never replayed", () => {
  let counter = 0
  const compiled = engine.compile(({ x }) => ({ y: x!.mul(++counter) }), sources)
  const x = tf.tensor1d([1, 2])
  for (let step = 0; step < 8; step++) {
    const { y } = compiled.play({ x }, step)
    expect(Array.from(y!.dataSync())).toEqual([step + 1, 2 * (step + 1)])
    y!.dispose()
  }
  x.dispose()
})

test("a tensor of the caller's that is replaced between steps is seen", () => {
  let pool = tf.tensor1d([1, 2])
  const compiled = engine.compile(({ x }) => ({ y: x!.add(pool) }), sources)
  const x = tf.tensor1d([1, 1])
  for (let step = 0; step < 4; step++) tf.dispose(compiled.play({ x }, step))
  pool.dispose()
  pool = tf.tensor1d([5, 6])
  expect(Array.from(compiled.play({ x }, 4).y!.dataSync())).toEqual([6, 7])
  tf.dispose([x, pool])
})

test("a step says how it was played last, and what keeps it from being replayed", () => {
  const x = tf.tensor1d([1, 2])
  const [shared, other] = tf.tidy(() => {
    const both = tf.tensor1d([3, 4])
    return [tf.variable(both), tf.variable(both)]
  })
  const kept: tf.Tensor[] = []
  const made: tf.Variable[] = []
  let counter = 0
  const reasonOf = (body: StepBody) => {
    const compiled = engine.compile(body, sources)
    for (let step = 0; step < 4; step++) tf.dispose(compiled.play({ x }, step))
    const { mode, reason } = compiled
    compiled.dispose()
    expect(mode).toBe(reason === "" ? "replayed" : "lazy")
    return reason
  }
  expect(reasonOf(({ x }) => ({ y: x!.mul(2) }))).toBe("")
  expect(reasonOf(({ x }, { step }) => ({ y: x!.mul(step) }))).toMatch(/^Its body reads context.step/)
  expect(reasonOf(({ x }) => ({ x: x! }))).toBe("Its body computes nothing.")
  expect(reasonOf(({ x }) => ({ x: x!, y: x!.mul(2) }))).toBe(
    'Its body reports "x", which it did not compute.',
  )
  expect(
    reasonOf(({ x }) => {
      kept.push(tf.keep(x!.mul(2)))
      return { y: x!.add(1) }
    }),
  ).toMatch(/^Its body leaves 1 tensors behind/)
  expect(
    reasonOf(({ x }) => {
      made.push(tf.variable(x!.mul(2)))
      return { y: x!.add(1) }
    }),
  ).toMatch(/^Its body makes or disposes variables/)
  expect(reasonOf(() => ({ y: shared.add(other) }))).toMatch(
    /^It reads data that two variables or feeds share/,
  )
  expect(reasonOf(({ x }) => ({ y: x!.mul(++counter) }))).toMatch(
    /^Its body once recorded another computation/,
  )
  tf.dispose([x, shared, other, ...kept, ...made])
})

test("a body that the engine cannot compute itself is played lazily, and the kernel is named", () => {
  tf.registerKernel({
    kernelName: "Unknown",
    backendName: "onnx",
    kernelFunc: ({ inputs }) => {
      engine.backend.countFallback("Unknown")
      engine.backend.readSync(inputs.x!.dataId)
      return engine.backend.share(inputs.x!)
    },
  })
  const x = tf.tensor1d([1, 2])
  const compiled = engine.compile(
    ({ x }) => ({ y: tf.engine().runKernel("Unknown", { x: x!.mul(2) }) as tf.Tensor }),
    sources,
  )
  for (let step = 0; step < 4; step++) tf.dispose(compiled.play({ x }, step))
  expect(compiled.reason).toBe(
    "Its body needs Unknown, which TensorFlow.js's CPU code computes on this engine, in mid-step.",
  )
  compiled.dispose()
  tf.unregisterKernel("Unknown", "onnx")
  x.dispose()
})

test.each([true, false])("what somebody holds of a variable keeps its numbers (cloned: %s)", (cloned) => {
  const state = tf.variable(tf.tensor1d([1, 1]))
  const compiled = engine.compile(({ x }) => {
    state.assign(state.mul(x!))
    return { total: state.sum() }
  }, sources)
  const x = tf.tensor1d([2, 3])
  const clones: tf.Tensor[] = []
  const arrays: ArrayLike<number>[] = []
  for (let step = 0; step < 12; step++) {
    compiled.play({ x }, step).total!.dispose()
    if (cloned && step % 3 === 0) clones.push(state.clone())
    arrays.push(state.dataSync())
  }
  const expected = (step: number) => [2 ** (step + 1), 3 ** (step + 1)]
  clones.forEach((clone, i) => {
    expect(Array.from(clone.dataSync())).toEqual(expected(3 * i))
  })
  arrays.forEach((array, step) => {
    expect(Array.from(array)).toEqual(expected(step))
  })
  expect(compiled.mode).toBe("replayed")
  compiled.dispose()
  tf.dispose([x, state, ...clones])
})

test("a variable that is reported too is not changed under the report", () => {
  const state = tf.variable(tf.tensor1d([1, 1]))
  const compiled = engine.compile(({ x }) => {
    state.assign(state.mul(x!))
    return { state }
  }, sources)
  const x = tf.tensor1d([2, 3])
  const reported = Array.from({ length: 8 }, (_, step) => compiled.play({ x }, step).state!)
  reported.forEach((tensor, step) => {
    expect(Array.from(tensor.dataSync())).toEqual([2 ** (step + 1), 3 ** (step + 1)])
  })
  expect(compiled.mode).toBe("replayed")
  compiled.dispose()
  tf.dispose([x, state, ...reported])
})

test("a step's sessions go with it, warm-up sessions before, and one that another step uses stays", () => {
  const sessions = () => engine.memory().sessions
  const [state, small, large] = [tf.variable(tf.ones([3])), tf.fill([3], 0.5), tf.ones([1])]
  engine.backend.flush()
  const before = sessions()
  const body: StepBody = ({ x }) => {
    state.assign(state.mul(x!).sub(0.125))
    return { sum: state.sum() }
  }
  const [first, second] = [engine.compile(body, sources), engine.compile(body, sources)]
  const play = (compiled: typeof first, x: tf.Tensor, steps: number) => {
    for (let step = 0; step < steps; step++) tf.dispose(compiled.play({ x }, step))
  }
  play(first, small, 4)
  expect(first.mode).toBe("replayed")
  expect(sessions()).toBe(before + 1)
  play(second, small, 4)
  expect(sessions()).toBe(before + 1)
  // Another shape of the batch is another session, kept beside the first.
  play(first, large, 4)
  expect(sessions()).toBe(before + 2)
  first.dispose()
  expect(sessions()).toBe(before + 1)
  play(second, small, 3)
  expect(second.mode).toBe("replayed")
  second.dispose()
  expect(sessions()).toBe(before)
  tf.dispose([state, small, large])
})

test("a body that changes what it does long after it was traced is found out", () => {
  let runs = 0
  const compiled = engine.compile(({ x }) => ({ y: runs++ < 3 ? x!.mul(2) : x!.sub(2) }), sources)
  const x = tf.tensor1d([1, 2])
  const play = (step: number) => tf.dispose(compiled.play({ x }, step))
  expect(() => {
    for (let step = 0; step < 300; step++) play(step)
  }).toThrow(/^Expected the step's body to do at step \d+ what it did when it was traced/)
  x.dispose()
})

test("a batch of another size is traced on its own", () => {
  const state = tf.variable(tf.scalar(2))
  const compiled = engine.compile(({ x }) => ({ y: x!.mul(state).sum() }), sources)
  for (const size of [2, 2, 2, 3, 2, 3, 3, 3, 2]) {
    const x = tf.ones([size])
    const { y } = compiled.play({ x }, 0)
    expect(y!.dataSync()[0]).toBe(2 * size)
    tf.dispose([x, y!])
  }
  state.dispose()
})

test("an array that the caller reuses after writing a tensor changes nothing", () => {
  const numbers = new Float32Array([1, 2])
  const x = tf.tensor1d(numbers)
  const y = x.mul(2)
  numbers.fill(9)
  expect(Array.from(y.dataSync())).toEqual([2, 4])
  tf.dispose([x, y])
})
