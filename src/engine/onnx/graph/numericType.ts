/** The dtypes that recorded kernels compute; the others live in JavaScript and are handled by fallbacks. */
export type NumericType = "float32" | "int32" | "bool"
