/**
 * Says without labels how well a network answers images of the target, to choose among a trial's checkpoints. What a scorer
 * plug-in builds.
 */
export interface Scorer {
  /** Its name and options, as part of a value's identity: what two unlike scorers chose is never compared. */
  readonly description: string
  /**
   * Higher is better; finite for finite logits, and the same in whatever order the images come, up to rounding.
   * @param logits of the target's validation images, `[images, classes]`, row-major, at least one image
   */
  score(logits: Float32Array, classes: number): number
}
