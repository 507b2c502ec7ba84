/**
 * Time of convolutions and of their input gradients in blocks of channels (`onnx/convolution/blocked.ts`) against
 * ONNX's Conv and ConvTranspose, from NCHW to NCHW with the reordering of image and filter: the fastest of some runs,
 * in turn. `W/P` is the filter's numbers per output pixel of the batch.
 *
 * Run with `npx tsx bench/blockedConvolutions.ts [runs] [threads]`.
 */

import {
  blockedForward,
  blockedInputGradient,
  isSubPixel,
  subPixelInputGradient,
} from "@saddlepoint/engine/onnx/convolution/blocked"
import {
  type ConvInfo,
  filterSize,
  forwardAttributes,
  outputPixels,
  swappedPads,
  transposedAttributes,
} from "@saddlepoint/engine/onnx/convolution/geometry"
import { Graph } from "@saddlepoint/engine/onnx/graph/graph"
import { NCHW, OIHW } from "@saddlepoint/engine/onnx/graph/layouts"
import { writeModel } from "@saddlepoint/engine/onnx/graph/onnxWriter"
import { type Operand, physicalDims, sizeOf } from "@saddlepoint/engine/onnx/graph/operand"
import { channelBlock } from "@saddlepoint/engine/onnx/runtime/channelBlock"
import { onnxRuntime } from "@saddlepoint/engine/onnx/runtime/onnxRuntime"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"

const loaded = onnxRuntime()
if (!loaded.ok) throw new Error(loaded.reason)
const { runtime } = loaded
const runs = Number(process.argv[2] ?? 10)
const threads = Number(process.argv[3] ?? 1)
const block = channelBlock(runtime)
if (block === undefined)
  throw new Error("Expected a processor with a blocked image format, but there is none here.")

type Form = (graph: Graph, image: Operand, filter: Operand) => Operand

/** A run of one form on random numbers. */
function prepared(imageShape: readonly number[], filterShape: readonly number[], form: Form): () => void {
  const graph = new Graph(block)
  const inputs = [
    graph.input("float32", imageShape, NCHW),
    graph.input("float32", filterShape, OIHW),
  ] as const
  const output = form(graph, ...inputs)
  const port = { name: output.name, type: "float32", dims: physicalDims(output) } as const
  const bytes = writeModel(graph.model([port]))
  const session = runtime.newSession()
  session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "disabled",
    logSeverityLevel: 3,
  })
  const feeds = Object.fromEntries(
    inputs.map((input, i) => {
      const numbers = stream("blocked", i).fillNormal(new Float32Array(sizeOf(input.shape)))
      return [input.name, runtime.newTensor("float32", numbers, physicalDims(input))]
    }),
  )
  return () => session.run(feeds, { [output.name]: null }, {})
}

function duel(name: string, gflop: number, plain: () => void, blocked: () => void): string {
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let i = 0; i < runs; i++) {
    ;[plain, blocked].forEach((run, form) => {
      const start = performance.now()
      run()
      best[form] = Math.min(best[form]!, performance.now() - start)
    })
  }
  const [one, other] = best.map((ms) => `${ms.toFixed(2)} ms (${((gflop / ms) * 1e3).toFixed(0)} GFLOP/s)`)
  return `  ${name.padEnd(15)} plain ${one}, blocked ${other}, ratio ${(best[1]! / best[0]!).toFixed(2)}`
}

function compare(
  batch: number,
  side: number,
  input: number,
  output: number,
  kernel: number,
  stride: number,
  pad: number,
) {
  const info: ConvInfo = tf.backend_util.computeConv2DInfo(
    [batch, side, side, input],
    [kernel, kernel, input, output],
    stride,
    1,
    [
      [0, 0],
      [pad, pad],
      [pad, pad],
      [0, 0],
    ],
    "floor",
  )
  const pixels = batch * outputPixels(info)
  const gflop = (2 * filterSize(info) * pixels) / 1e9
  console.log(
    `batch ${batch}, ${side}x${side}, ${input} -> ${output}, ${kernel}x${kernel}, stride ${stride}, ` +
      `W/P ${(filterSize(info) / pixels).toFixed(1)}`,
  )
  const forward: Form = (graph, x, filter) => {
    const name = graph.emit("Conv", [graph.as(x, NCHW), graph.as(filter, OIHW)], forwardAttributes(info, 1))
    return graph.dense(name, "float32", info.outShape, NCHW)
  }
  const inForward = (form: Form) => prepared(info.inShape, info.filterShape, form)
  const blocked: Form = (graph, x, filter) => blockedForward(graph, x, filter, info)
  console.log(duel("forward", gflop, inForward(forward), inForward(blocked)))

  const pads = swappedPads(info)
  const spread = transposedAttributes(info, 1)
  if (spread === undefined || (pads === undefined && !isSubPixel(info))) return
  const backward: Form = (graph, dy, filter) => {
    const name = graph.emit("ConvTranspose", [graph.as(dy, NCHW), graph.as(filter, OIHW)], spread)
    return graph.dense(name, "float32", info.inShape, NCHW)
  }
  const inBackward = (form: Form) => prepared(info.outShape, info.filterShape, form)
  const blockedBackward: Form = (graph, dy, filter) =>
    pads !== undefined
      ? blockedInputGradient(graph, dy, filter, info, pads)
      : subPixelInputGradient(graph, dy, filter, info)
  console.log(duel("input gradient", gflop, inBackward(backward), inBackward(blockedBackward)))
}

// DCGAN, U-Net with PatchGAN, residual generators, DANN.
compare(32, 64, 3, 64, 4, 2, 1)
compare(32, 32, 64, 128, 4, 2, 1)
compare(32, 16, 128, 256, 4, 2, 1)
compare(32, 8, 256, 512, 4, 2, 1)
compare(8, 32, 32, 64, 4, 2, 1)
compare(8, 16, 64, 128, 4, 2, 1)
compare(8, 8, 128, 256, 4, 2, 1)
compare(8, 16, 64, 128, 4, 1, 1)
compare(2, 70, 3, 32, 7, 1, 0)
compare(2, 70, 32, 3, 7, 1, 0)
compare(2, 18, 128, 128, 3, 1, 0)
compare(128, 14, 32, 48, 5, 1, 2)
