import type { Tensor } from "./tf.ts"

/** Names of the engines, in the words of `--device`. `cpu` asks for `onnx` on the CPU. */
export type EngineName = "onnx" | "js" | "webgpu" | "onnx-webgpu" | "tensorflow"

/** All that decides the bits an engine computes; stored in every manifest. */
export interface EngineIdentity {
  readonly name: EngineName
  /** Version of the library that computes, e.g. `onnxruntime-node 1.30.0`. */
  readonly version: string
  readonly device: "cpu" | "gpu"
  /** Threads inside one operation. Another number gives other bits. */
  readonly threads: number
  /** The GPU and its driver, where there is one. */
  readonly adapter?: string
}

/** What a step may ask of the world. Everything random or scheduled comes from here, never from JavaScript state. */
export interface StepContext {
  /** Index of the step within its stage, from 0. A body that reads it is run at every step, never replayed. */
  readonly step: number
  /**
   * A random tensor, a pure function of (trial seed, name, step). Drawing a name again in the same step gives the
   * same tensor, which must then have the same shape; the engine releases it when the step ends.
   * @param name unique within the step, e.g. `dropout/up1`
   * @param distribution `uniform` on [0, 1), standard `normal`, or `bernoulli` (1 with probability `rate`)
   */
  random(name: string, shape: readonly number[], distribution: RandomDistribution): Tensor
  /** The present value of a named schedule (a learning rate, a loss weight): a float32 scalar, released like a draw. */
  schedule(name: string): Tensor
}

export type RandomDistribution =
  | { readonly kind: "uniform" }
  | { readonly kind: "normal" }
  | { readonly kind: "bernoulli"; readonly rate: number }

/** Where a step's random numbers and schedules come from; drawn on the host at every step. */
export interface StepSources {
  random(name: string, shape: readonly number[], distribution: RandomDistribution, step: number): Float32Array
  schedule(name: string, step: number): number
}

export type Feeds = Readonly<Record<string, Tensor>>

/**
 * A step's body: tensor code over `feeds` that assigns variables and returns what is to be reported
 * (scalars, or tensors that the caller disposes). It must hold no JavaScript state.
 * Reading a tensor back, Math.random (and tf.random* without a seed), tf.train, and the dropout and noise of tf.layers
 * throw inside a body on every engine, each with what to use instead.
 */
export type StepBody = (feeds: Feeds, context: StepContext) => Readonly<Record<string, Tensor>>

/**
 * A step made ready for an engine. The js engine runs the body every time; the onnx engine replays what the body
 * recorded once two steps in a row were the same computation, and looks again every 100 steps.
 */
export interface CompiledStep {
  /** Plays one step. The returned tensors belong to the caller; everything else is released. */
  play(feeds: Feeds, step: number): Readonly<Record<string, Tensor>>
  /** How the last step was played: `replayed` without running the body, or `lazy`, by running it. */
  readonly mode: "replayed" | "lazy"
  /** Why the last step was not replayed, in one sentence; empty when it was. */
  readonly reason: string
  /** Releases the compiled sessions that no other step uses. */
  dispose(): void
}

/** Counters since the engine was opened, for `doctor`, tests and the journal. */
export interface EngineMemory {
  readonly tensors: number
  readonly bytes: number
  /** Kernels that the engine could not run itself and handed to TensorFlow.js's CPU code: name -> calls. */
  readonly fallbacks: Readonly<Record<string, number>>
  /** Compiled sessions now cached. */
  readonly sessions: number
}

/** Where tensors run. One engine is active in a process. */
export interface Engine {
  readonly identity: EngineIdentity
  compile(body: StepBody, sources: StepSources): CompiledStep
  memory(): EngineMemory
  /** Releases sessions, and the backend's storage. */
  dispose(): void
}

/** Whether an engine can be used here, and if not, why, in one plain sentence with what to do. */
export interface Availability {
  readonly name: EngineName
  readonly available: boolean
  /** Empty when available. */
  readonly reason: string
  /** What would compute; only when available. */
  readonly identity?: EngineIdentity
}
