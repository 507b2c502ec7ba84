/**
 * A first look at a machine with a GPU: which adapter, whether both WebGPU engines train as the CPU does, how fast they
 * multiply, and what NaN becomes. Run it with `npx tsx src/engine/conformance/smoke.ts [device ...]`; the exit code is 1
 * when an engine is absent or disagrees.
 */
import { openEngine } from "../open.ts"
import { probeSpeed } from "../speedProbe.ts"
import { gameSources } from "../testing/game.ts"
import { tinyDcgan } from "../testing/tinyDcgan.ts"
import * as tf from "../tf.ts"

const steps = 5
const tolerance = 1e-5

/** Losses and variables after a few steps, and milliseconds of the last one. */
async function train(device: string): Promise<{ readonly numbers: number[]; readonly ms: number }> {
  const engine = await openEngine({ device })
  const game = tinyDcgan()
  const compiled = engine.compile(game.body, gameSources)
  const numbers: number[] = []
  let ms = 0
  for (let step = 0; step < steps; step++) {
    const feeds = game.feeds(step)
    const start = performance.now()
    const reported = compiled.play(feeds, step)
    for (const value of Object.values(reported)) numbers.push((await value.data())[0]!)
    ms = performance.now() - start
    tf.dispose([feeds, reported])
  }
  for (const variable of game.variables) for (const value of await variable.data()) numbers.push(value)
  tf.dispose([...game.variables])
  compiled.dispose()
  engine.dispose()
  return { numbers, ms }
}

/** What the active engine makes of NaN in the functions that a loss may contain. */
async function nanBehaviour(): Promise<Record<string, string>> {
  const functions: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    add: (x) => tf.add(x, 1),
    mean: (x) => tf.mean(x),
    relu: (x) => tf.relu(x),
    log: (x) => tf.log(x),
    exp: (x) => tf.exp(x),
    sigmoid: (x) => tf.sigmoid(x),
    softplus: (x) => tf.softplus(x),
    softmax: (x) => tf.softmax(x),
    isNaN: (x) => tf.cast(tf.isNaN(x), "float32"),
  }
  const seen: Record<string, string> = {}
  for (const [name, apply] of Object.entries(functions)) {
    const result = tf.tidy(() => apply(tf.tensor1d([Number.NaN, 1])))
    seen[name] = `${(await result.data())[0]}`
    result.dispose()
  }
  return seen
}

const devices = process.argv.length > 2 ? process.argv.slice(2) : ["webgpu", "onnx-webgpu"]
const expected = await train("onnx")
console.log(`onnx on the CPU: ${expected.ms.toFixed(1)} ms for the last of ${steps} steps of a small DCGAN`)
for (const device of devices) {
  try {
    const [first, second] = [await train(device), await train(device)]
    const error = Math.max(...first.numbers.map((value, i) => Math.abs(value - expected.numbers[i]!)))
    const repeated = second.numbers.every((value, i) => Object.is(value, first.numbers[i]))
    const engine = await openEngine({ device })
    const { version, adapter } = engine.identity
    const agrees = error <= tolerance
    if (!agrees) process.exitCode = 1
    console.log(
      `\n${device}: ${version}, on the ${engine.identity.device.toUpperCase()} (${adapter ?? "no adapter named"})`,
    )
    console.log(
      `  training ${agrees ? "agrees" : "DISAGREES"} with the CPU: largest difference ${error.toExponential(1)}`,
    )
    console.log(
      `  the same bits a second time: ${repeated ? "yes" : "no"}; last step ${second.ms.toFixed(1)} ms`,
    )
    const { gflops, stepMs, fallbacks } = await probeSpeed(engine)
    console.log(
      `  matrix products ${gflops.toPrecision(3)} GFLOP/s; two small convolutions ${stepMs.toFixed(2)} ms a step`,
    )
    console.log(`  fell back to JavaScript for: ${Object.keys(fallbacks).join(", ") || "nothing"}`)
    console.log(`  NaN becomes ${JSON.stringify(await nanBehaviour())}`)
    engine.dispose()
  } catch (error) {
    process.exitCode = 1
    console.log(`\n${device}: ${error instanceof Error ? error.message : error}`)
  }
}
