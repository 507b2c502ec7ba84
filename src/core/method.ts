import type { Tensor } from "@saddlepoint/engine/tf"
import type { DataContract, Dataset, OpenDataset } from "./dataset.ts"
import type { Batch, Players, Stage } from "./game.ts"
import type { Mistake } from "./mistake.ts"

/** What the compiler knows of a method: whether its data has labels. */
export interface MethodFacts<Labels extends boolean = boolean> {
  readonly labels: Labels
}

/** What a method plug-in builds. */
export interface Method {
  readonly requires: DataContract
  readonly data: Dataset
  /** What does not fit among the chosen parts, found before anything runs; paths are relative to the method. */
  readonly mistakes?: readonly Mistake[]
  /** The stages of one trial. A method that learns nothing (a control) has none. */
  stages(dataset: OpenDataset): readonly Stage[]
  /**
   * What the trained players answer to a test batch, in [-1, 1], with the generator in its declared test mode.
   * @returns a function, so that a control can look at the training split once
   */
  answer(dataset: OpenDataset, players: Players): Promise<(batch: Batch) => Tensor>
  /** Sentences about the method and an opened dataset that do not fit (image too small for the depth). */
  refuses?(dataset: OpenDataset): readonly string[]
}
