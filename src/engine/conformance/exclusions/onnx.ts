import { exclude } from "./exclude.ts"

/** What the `onnx` engine fails. */
export const onnxExclusions = exclude(
  "The result is one float32 step from the exact one, as ONNX Runtime's functions may be; at a value as large as this " +
    "test's, one step is more than its tolerance of 0.001.",
  { exp: ["int32"], tan: ["numbers exceed float32 precision"] },
)
