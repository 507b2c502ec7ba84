/** The engine: where tensors run, where random numbers come from. It knows nothing of experiments. */
export { currentTurn } from "./ambient.ts"
export { availability } from "./availability.ts"
export type {
  Availability,
  CompiledTurn,
  Engine,
  EngineIdentity,
  EngineMemory,
  EngineName,
  Feeds,
  RandomDistribution,
  TurnBody,
  TurnContext,
  TurnSources,
} from "./engine.ts"
export { EngineUnavailable } from "./engineUnavailable.ts"
export { type DeviceWord, deviceWords, type OpenOptions, openEngine } from "./open.ts"
export { forbidMathRandom, type KeyPart, type Stream, stream } from "./random.ts"
