import type { StepSources } from "@saddlepoint/engine/engine"

/** Of a step that asks for no random numbers and no schedules. */
export const drawsNothing: StepSources = {
  random(name) {
    throw new Error(`Expected a step that draws nothing, but it asked for ${name}.`)
  },
  schedule(name) {
    throw new Error(`Expected a step without schedules, but it asked for ${name}.`)
  },
}
