/** Writes ONNX models: the few protobuf messages of onnx.proto that a computed graph needs, by hand. */

/** Numbers of ONNX's `TensorProto.DataType`. */
export const onnxTypes = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const

export type OnnxType = keyof typeof onnxTypes

export type OnnxAttribute = number | string | readonly number[]

export interface OnnxNode {
  /** The operation's name, with its domain before a colon where it is not ONNX's own. */
  readonly op: string
  /** Names; an empty one stands for an optional input that is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** A whole number is written as INT unless its name is in `floatAttributes`; arrays are INTS. */
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
}

export interface OnnxConstant {
  readonly name: string
  readonly type: OnnxType
  readonly dims: readonly number[]
  /** Little-endian bytes of the values. */
  readonly bytes: Uint8Array
}

export interface OnnxPort {
  readonly name: string
  readonly type: OnnxType
  /** Any shape where left out. */
  readonly dims?: readonly number[]
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxConstant[]
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
}

const irVersion = 9
const opsetVersion = 20
const floatAttributes = new Set(["alpha", "beta", "epsilon"])

/** The bytes of a model, for `loadModel`. */
export function writeModel(model: OnnxModel): Uint8Array {
  const graph = new Message()
  for (const node of model.nodes) graph.message(1, nodeMessage(node))
  graph.text(2, "step")
  for (const constant of model.constants) graph.message(5, constantMessage(constant))
  for (const port of model.inputs) graph.message(11, portMessage(port))
  for (const port of model.outputs) graph.message(12, portMessage(port))
  const whole = new Message().integer(1, irVersion).message(7, graph)
  const domains = new Set(model.nodes.map((node) => domainAndName(node.op)[0]))
  for (const domain of new Set(["", ...domains])) {
    whole.message(8, new Message().text(1, domain).integer(2, domain === "" ? opsetVersion : 1))
  }
  return whole.bytes()
}

/** `com.microsoft:FusedMatMul` is the operation FusedMatMul of the domain com.microsoft; ONNX's own have no prefix. */
function domainAndName(op: string): [domain: string, name: string] {
  const colon = op.indexOf(":")
  return colon < 0 ? ["", op] : [op.slice(0, colon), op.slice(colon + 1)]
}

function nodeMessage(node: OnnxNode): Message {
  const message = new Message()
  for (const input of node.inputs) message.text(1, input)
  for (const output of node.outputs) message.text(2, output)
  const [domain, name] = domainAndName(node.op)
  message.text(4, name)
  for (const [attribute, value] of Object.entries(node.attributes))
    message.message(5, attributeMessage(attribute, value))
  if (domain !== "") message.text(7, domain)
  return message
}

function attributeMessage(name: string, value: OnnxAttribute): Message {
  const message = new Message().text(1, name)
  if (typeof value === "string") return message.text(4, value).integer(20, 3)
  if (typeof value !== "number") {
    for (const item of value) message.integer(8, item)
    return message.integer(20, 7)
  }
  return floatAttributes.has(name)
    ? message.float(2, value).integer(20, 1)
    : message.integer(3, value).integer(20, 2)
}

function constantMessage({ name, type, dims, bytes }: OnnxConstant): Message {
  const message = new Message()
  for (const dim of dims) message.integer(1, dim)
  return message.integer(2, onnxTypes[type]).text(8, name).raw(9, bytes)
}

function portMessage({ name, type, dims }: OnnxPort): Message {
  const tensor = new Message().integer(1, onnxTypes[type])
  if (dims !== undefined) {
    const shape = new Message()
    for (const dim of dims) shape.message(1, new Message().integer(1, dim))
    tensor.message(2, shape)
  }
  return new Message().text(1, name).message(2, new Message().message(1, tensor))
}

const encoder = new TextEncoder()

/** A protobuf message under construction: tagged fields in the order in which they were added. */
class Message {
  private buffer = new Uint8Array(64)
  private length = 0

  integer(field: number, value: number): this {
    this.varint(field * 8)
    this.varint(value)
    return this
  }

  float(field: number, value: number): this {
    this.varint(field * 8 + 5)
    const at = this.grow(4)
    new DataView(this.buffer.buffer).setFloat32(at, value, true)
    return this
  }

  text(field: number, value: string): this {
    return this.raw(field, encoder.encode(value))
  }

  message(field: number, value: Message): this {
    return this.raw(field, value.bytes())
  }

  raw(field: number, value: Uint8Array): this {
    this.varint(field * 8 + 2)
    this.varint(value.length)
    const at = this.grow(value.length)
    this.buffer.set(value, at)
    return this
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length)
  }

  /** Base-128, 64-bit two's complement for negative numbers, as int64 fields are. */
  private varint(value: number): void {
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 127n) {
      this.byte(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    this.byte(Number(rest))
  }

  private byte(value: number): void {
    const at = this.grow(1)
    this.buffer[at] = value
  }

  private grow(count: number): number {
    const at = this.length
    this.length += count
    if (this.length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.length, this.buffer.length * 2))
      larger.set(this.buffer)
      this.buffer = larger
    }
    return at
  }
}
