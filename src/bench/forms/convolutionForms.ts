/**
 * Time of one convolution written in several ways as ONNX nodes, interleaved; the fastest of many rounds of each.
 *
 * Run with `npx tsx bench/convolutionForms.ts [rounds]` (one thread).
 */
import { Graph } from "@saddlepoint/engine/onnx/graph/graph"
import { writeModel } from "@saddlepoint/engine/onnx/graph/onnxWriter"
import { onnxRuntime } from "@saddlepoint/engine/onnx/runtime/onnxRuntime"
import { stream } from "@saddlepoint/engine/random"

const loaded = onnxRuntime()
if (!loaded.ok) throw new Error(loaded.reason)
const { runtime } = loaded
const rounds = Number(process.argv[2] ?? 40)

type Dims = readonly number[]
type Form = (graph: Graph, names: string[]) => string

interface Prepared {
  readonly name: string
  run(): Float32Array
}

function prepare(name: string, inputs: readonly Dims[], output: Dims, form: Form): Prepared {
  const graph = new Graph()
  const names = inputs.map((dims) => graph.input("float32", dims, undefined).name)
  const out = form(graph, names)
  const bytes = writeModel(graph.model([{ name: out, type: "float32", dims: output }]))
  const session = runtime.newSession()
  session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
  })
  const feeds = Object.fromEntries(
    inputs.map((dims, i) => {
      const data = stream("forms", i).fillNormal(new Float32Array(dims.reduce((a, b) => a * b, 1)))
      return [names[i]!, runtime.newTensor("float32", data, dims)]
    }),
  )
  return { name, run: () => session.run(feeds, { [out]: null }, {})[out]!.data as Float32Array }
}

function compare(title: string, inputs: readonly Dims[], output: Dims, forms: Record<string, Form>): void {
  const all = Object.entries(forms).map(([name, form]) => prepare(name, inputs, output, form))
  const best = all.map(() => Number.POSITIVE_INFINITY)
  const first = all[0]!.run()
  const gap = all.map(({ run }) => run().reduce((worst, x, i) => Math.max(worst, Math.abs(x - first[i]!)), 0))
  for (let round = 0; round < rounds; round++) {
    all.forEach(({ run }, i) => {
      const start = performance.now()
      run()
      best[i] = Math.min(best[i]!, performance.now() - start)
    })
  }
  console.log(title)
  all.forEach(({ name }, i) => {
    console.log(`  ${best[i]!.toFixed(3)} ms  ${name}  (differs by ${gap[i]!.toExponential(1)})`)
  })
}

interface Layer {
  readonly batch: number
  readonly side: number
  readonly input: number
  readonly output: number
  readonly kernel: number
  readonly stride: number
}

function columns(
  graph: Graph,
  x: string,
  { side, kernel, stride, batch, input }: Layer,
  out: number,
): string {
  const width = side + 2
  const padded = graph.emit("Pad", [
    graph.transpose(x, [1, 2, 3, 0]),
    graph.integers([0, 1, 1, 0, 0, 1, 1, 0]),
  ])
  const flat = graph.reshape(padded, [input, width * width, batch])
  const indices: bigint[] = []
  for (let ky = 0; ky < kernel; ky++)
    for (let kx = 0; kx < kernel; kx++)
      for (let y = 0; y < out; y++)
        for (let c = 0; c < out; c++) indices.push(BigInt((y * stride + ky) * width + c * stride + kx))
  const taps = graph.initializer("int64", [kernel * kernel, out * out], new BigInt64Array(indices))
  return graph.reshape(graph.emit("Gather", [flat, taps], { axis: 1 }), [
    input * kernel * kernel,
    out * out * batch,
  ])
}

function flipped(graph: Graph, name: string): string {
  const far = -(2 ** 31)
  return graph.emit("Slice", [
    name,
    graph.integers([-1, -1]),
    graph.integers([far, far]),
    graph.integers([2, 3]),
    graph.integers([-1, -1]),
  ])
}

/** Forward, filter gradient and input gradient of one layer with padding 1. Images are NCHW, filters OIHW. */
function study(layer: Layer): void {
  const { batch, side, input, output, kernel, stride } = layer
  const out = Math.floor((side + 2 - kernel) / stride) + 1
  const rest = (side + 2 - kernel) % stride
  const x = [batch, input, side, side]
  const w = [output, input, kernel, kernel]
  const dy = [batch, output, out, out]
  const pads = [1, 1, 1, 1]
  const taps = kernel * kernel
  const title = `${batch}x${side}x${side}, ${input} -> ${output}, ${kernel}x${kernel} stride ${stride}`
  compare(`forward ${title}`, [x, w], dy, {
    Conv: (g, [x, w]) => g.emit("Conv", [x!, w!], { strides: [stride, stride], pads }),
    "Gather + Gemm": (g, [x, w]) => {
      const product = g.emit("Gemm", [g.reshape(w!, [output, input * taps]), columns(g, x!, layer, out)])
      return g.transpose(g.reshape(product, [output, out, out, batch]), [3, 0, 1, 2])
    },
  })
  const swap = [1, 0, 2, 3]
  compare(`filter gradient ${title}`, [x, dy], w, {
    "Conv over channels": (g, [x, dy]) =>
      g.transpose(
        g.emit("Conv", [g.transpose(x!, swap), g.transpose(dy!, swap)], {
          dilations: [stride, stride],
          pads: [1, 1, 1 - rest, 1 - rest],
        }),
        swap,
      ),
    ...(stride === 1 && {
      "roles swapped": (g: Graph, [x, dy]: string[]) => {
        const pad = kernel - 2
        return flipped(
          g,
          g.emit("Conv", [g.transpose(dy!, swap), g.transpose(x!, swap)], {
            pads: [pad, pad, kernel - 1 + side - out - pad, kernel - 1 + side - out - pad],
          }),
        )
      },
    }),
    ...(stride === 1 && {
      "Gemm by row": (g: Graph, [x, dy]: string[]) => {
        const cut = (name: string, axis: number, begin: number) =>
          g.emit("Slice", [name, g.integers([begin]), g.integers([begin + out]), g.integers([axis])])
        const image = g.transpose(x!, [1, 2, 3, 0])
        const padded = g.emit("Pad", [image, g.integers([0, 1, 1, 0, 0, 1, 1, 0])])
        const each = Array.from({ length: kernel }, (_, i) => i)
        const columns = each.map((i) => g.reshape(cut(padded, 2, i), [input, 1, side + 2, out * batch]))
        const windows = g.emit("Concat", columns, { axis: 1 })
        const pixels = out * out * batch
        const gradient = g.reshape(g.transpose(dy!, [1, 2, 3, 0]), [output, pixels])
        const rows = each.map((i) => {
          const patch = g.reshape(cut(windows, 2, i), [input * kernel, pixels])
          return g.reshape(g.emit("Gemm", [gradient, patch], { transB: 1 }), [output, input, 1, kernel])
        })
        return g.emit("Concat", rows, { axis: 2 })
      },
    }),
    "Gather + Gemm": (g, [x, dy]) =>
      g.reshape(
        g.emit(
          "Gemm",
          [
            g.reshape(g.transpose(dy!, [1, 2, 3, 0]), [output, out * out * batch]),
            columns(g, x!, layer, out),
          ],
          { transB: 1 },
        ),
        w,
      ),
  })
  compare(`input gradient ${title}`, [dy, w], x, {
    ConvTranspose: (g, [dy, w]) =>
      g.emit("ConvTranspose", [dy!, w!], {
        strides: [stride, stride],
        pads,
        output_padding: [rest, rest],
      }),
    ...(stride === 1 && {
      "Conv with flipped filter": (g: Graph, [dy, w]: string[]) =>
        g.emit("Conv", [dy!, flipped(g, g.transpose(w!, swap))], {
          pads: [kernel - 2, kernel - 2, kernel - 2, kernel - 2],
        }),
    }),
    "Gemm + Col2Im": (g, [dy, w]) => {
      const product = g.emit(
        "Gemm",
        [
          g.reshape(w!, [output, input * taps]),
          g.reshape(g.transpose(dy!, swap), [output, batch * out * out]),
        ],
        { transA: 1 },
      )
      const parts = g.transpose(g.reshape(product, [input * taps, batch, out * out]), [1, 0, 2])
      return g.emit("Col2Im", [parts, g.integers([side, side]), g.integers([kernel, kernel])], {
        strides: [stride, stride],
        pads,
      })
    },
  })
}

for (const [side, input, output, stride] of [
  [32, 16, 32, 1],
  [31, 32, 1, 1],
  [32, 32, 16, 1],
  [16, 64, 64, 1],
  [2, 128, 128, 2],
  [4, 128, 128, 2],
  [4, 128, 256, 2],
  [8, 64, 128, 2],
  [8, 64, 256, 2],
  [16, 32, 128, 2],
] as const) {
  study({ batch: 4, side, input, output, kernel: 4, stride })
}
