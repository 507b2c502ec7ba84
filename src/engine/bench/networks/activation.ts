import * as tf from "../../tf.ts"
import type { Layer } from "./layer.ts"

export const relu: Layer = (x) => tf.relu(x)
export const leakyRelu: Layer = (x) => tf.leakyRelu(x, 0.2)
export const tanh: Layer = (x) => tf.tanh(x)
