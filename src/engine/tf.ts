/** The one TensorFlow.js instance of the process: everything imports it from here. */
export * from "@tensorflow/tfjs"
