import * as tf from "../tf.ts"

/**
 * Makes TensorFlow.js's tape right for second derivatives.
 *
 * A gradient function gets copies of what its operation saved. The tape holds, for each copy, a node `original -> copy`,
 * so that a second differentiation reaches the original. Three things are wrong with it (tfjs-core 4.22.0, `engine.ts`):
 *
 * 1. The node of a saved *output* is put on the tape before the operation that makes the output. The tape is read in
 *    order, so the copy never counts as depending on the input: second derivatives through tanh, sigmoid, exp, softmax,
 *    pow and every other operation that saves its output are wrong, without an error. Here the operation comes first.
 * 2. A custom gradient may save a tensor that is neither input nor output. The way from the input to it is not on the
 *    tape, so a second derivative through it would be wrong as well. Here such a way leads to an error.
 * 3. An operation with an absent optional input (batch norm without scale) fails while its tensors are saved.
 *
 * First derivatives do not change, nor does what they cost.
 * @returns a function that puts TensorFlow.js's own tape back
 */
export function repairTape(): () => void {
  const engine = tf.engine() as unknown as TapedEngine
  const { addTapeNode, saveTensorsForBackwardMode } = Object.getPrototypeOf(engine) as TapedEngine

  engine.saveTensorsForBackwardMode = (tensors) =>
    saveTensorsForBackwardMode.call(
      engine,
      tensors.filter((tensor) => tensor != null),
    )
  engine.addTapeNode = (name, inputs, outputs, gradient, saved, attributes) => {
    const tape = engine.state.activeTape
    const copies = saved.length > 0 ? takeCopies(tape, saved) : []
    addTapeNode.call(engine, name, present(inputs), outputs, gradient, saved, attributes)
    for (const copy of copies) {
      tape.push(copy)
      if (isHidden(copy, inputs, outputs)) tape.push(refusal(engine, name, inputs, copy))
    }
  }
  return () => {
    // What is left are the methods of the class.
    delete (engine as Partial<TapedEngine>).addTapeNode
    delete (engine as Partial<TapedEngine>).saveTensorsForBackwardMode
  }
}

/** The private side of tfjs-core's `Engine`. */
interface TapedEngine {
  readonly state: { readonly activeTape: TapeNode[]; nextTapeNodeId: number }
  addTapeNode(
    name: string,
    inputs: tf.NamedTensorMap,
    outputs: tf.Tensor[],
    gradient: unknown,
    saved: tf.Tensor[],
    attributes: unknown,
  ): void
  saveTensorsForBackwardMode(tensors: tf.Tensor[]): tf.Tensor[]
}

interface TapeNode {
  readonly id: number
  readonly kernelName: string
  readonly inputs: tf.NamedTensorMap
  readonly outputs: tf.Tensor[]
  readonly saved: tf.Tensor[]
  gradient?(dys: tf.Tensor[]): Record<string, () => tf.Tensor>
}

/** Takes the nodes of the saved copies off the tape; they are the last ones, or near. */
function takeCopies(tape: TapeNode[], saved: readonly tf.Tensor[]): TapeNode[] {
  const copies: TapeNode[] = []
  for (let at = tape.length - 1; at >= 0 && copies.length < saved.length; at--) {
    if (saved.includes(tape[at]!.outputs[0]!)) copies.unshift(...tape.splice(at, 1))
  }
  return copies
}

/** An optional input that is absent must not be on the tape, whose reader takes every input for a tensor. */
function present(inputs: tf.NamedTensorMap): tf.NamedTensorMap {
  for (const name in inputs) {
    if (inputs[name] != null) continue
    return Object.fromEntries(Object.entries(inputs).filter(([, input]) => input != null))
  }
  return inputs
}

/** Whether the copied tensor was made inside a custom gradient, and released at its end. */
function isHidden(copy: TapeNode, inputs: tf.NamedTensorMap, outputs: readonly tf.Tensor[]): boolean {
  const original = copy.inputs.x!
  return original.isDisposed && !outputs.includes(original) && !Object.values(inputs).includes(original)
}

/** A way from the inputs to the copy that throws when a derivative is sent along it. */
function refusal(engine: TapedEngine, name: string, inputs: tf.NamedTensorMap, copy: TapeNode): TapeNode {
  return {
    id: engine.state.nextTapeNodeId++,
    kernelName: name,
    inputs,
    outputs: copy.outputs,
    saved: [],
    gradient() {
      throw new Error(
        `Expected an operation that can be differentiated twice, but the custom gradient in "${name}" saves a tensor ` +
          "that it computed itself, so a second derivative would miss its dependence on the input: save the input or " +
          "the output instead, or write the operation with plain TensorFlow.js operations (for softmaxCrossEntropy: " +
          "tf.logSoftmax).",
      )
    },
  }
}
