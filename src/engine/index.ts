/** The engine: where tensors run, where random numbers come from. It knows nothing of experiments. */
export { currentStep } from "./ambient.ts"
export { availability } from "./availability.ts"
export type {
  Availability,
  CompiledStep,
  Engine,
  EngineIdentity,
  EngineMemory,
  EngineName,
  Feeds,
  RandomDistribution,
  StepBody,
  StepContext,
  StepSources,
} from "./engine.ts"
export { EngineUnavailable } from "./engineUnavailable.ts"
export { type DeviceWord, deviceWords, type OpenOptions, openEngine } from "./open.ts"
export { forbidMathRandom, type KeyPart, type Stream, stream } from "./random.ts"
