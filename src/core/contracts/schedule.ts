/**
 * A value that changes with the step, as optax has it, and the stage's share that is done, so that it may be told in shares of a
 * stage whose length the author does not know: `progress` is step / steps of the stage, in [0, 1).
 */
export type Schedule = (step: number, progress: number) => number
