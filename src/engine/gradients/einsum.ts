import * as tf from "../tf.ts"

/** A tensor whose axes have names, one letter each. */
interface Labelled {
  readonly tensor: tf.Tensor
  readonly labels: readonly string[]
}

/**
 * The derivative of tf.einsum by an operand is the product of dy and the other operand, summed over the labels that the
 * operand lacks. It is written with matMul: the einsum kernel of the CPU backend leaves out an operand that has none of
 * the summed labels, and gives its input away where it has nothing to do.
 */
export const einsum: tf.GradConfig = {
  kernelName: "Einsum",
  saveAllInputs: true,
  gradFunc(dy, operands, { equation }) {
    const [left, result] = (equation as string).replace(/\s/g, "").split("->") as [string, string]
    const terms = left.split(",").map((term, at) => ({ tensor: operands[at]!, labels: [...term] }))
    const given = { tensor: dy as tf.Tensor, labels: [...result] }
    return Object.fromEntries(terms.map((term, at) => [at, () => derivative(given, term, terms[1 - at])]))
  },
}

function derivative(dy: Labelled, { tensor, labels }: Labelled, other: Labelled | undefined): tf.Tensor {
  const known = labels.filter((label) => dy.labels.includes(label) || other?.labels.includes(label))
  const summed = other === undefined ? arranged(dy, known) : contracted(dy, other, known)
  if (known.length === labels.length) return summed
  // A label that only this operand has was summed: dy is the same all along it.
  const kept = labels.map((label, axis) => (known.includes(label) ? tensor.shape[axis]! : 1))
  return tf.mul(tf.reshape(summed, kept), tf.fill(tensor.shape, 1, "float32"))
}

/** Summed over the labels that the result lacks, then in the result's order. */
function arranged({ tensor, labels }: Labelled, order: readonly string[]): tf.Tensor {
  const lost = labels.flatMap((label, axis) => (order.includes(label) ? [] : [axis]))
  const summed = lost.length > 0 ? tf.sum(tensor, lost) : tensor
  const left = labels.filter((label) => order.includes(label))
  const isInOrder = left.every((label, axis) => label === order[axis])
  return isInOrder
    ? summed
    : tf.transpose(
        summed,
        order.map((label) => left.indexOf(label)),
      )
}

/** The product of two, summed over the labels that the result lacks, as one product of (batches of) matrices. */
function contracted(a: Labelled, b: Labelled, result: readonly string[]): tf.Tensor {
  const extents = new Map(
    [a, b].flatMap(({ tensor, labels }) => labels.map((l, axis) => [l, tensor.shape[axis]!])),
  )
  const size = (labels: readonly string[]) =>
    labels.reduce((product, label) => product * extents.get(label)!, 1)
  const shared = a.labels.filter((label) => b.labels.includes(label))
  const batch = shared.filter((label) => result.includes(label))
  const inner = shared.filter((label) => !result.includes(label))
  const rows = a.labels.filter((label) => result.includes(label) && !shared.includes(label))
  const columns = b.labels.filter((label) => result.includes(label) && !shared.includes(label))
  const left = tf.reshape(arranged(a, [...batch, ...rows, ...inner]), [size(batch), size(rows), size(inner)])
  const right = tf.reshape(arranged(b, [...batch, ...inner, ...columns]), [
    size(batch),
    size(inner),
    size(columns),
  ])
  const labels = [...batch, ...rows, ...columns]
  const product = tf.reshape(
    tf.matMul(left, right),
    labels.map((label) => extents.get(label)!),
  )
  return arranged({ tensor: product, labels }, result)
}
