import type { Stream } from "@saddlepoint/engine/random"

/** Draws one seed's score of an arm. */
export type Shape = (draws: Stream) => number

/** By how many standard deviations of an ordinary seed a collapsed one is worse. */
export const COLLAPSE = 10

/**
 * Shapes of the scores of one arm over its training seeds, higher is better: normal; log-normal, with long good tail; and
 * normal with every tenth seed collapsed on average.
 */
export const shapes = {
  normal: (draws) => draws.normal(),
  "log-normal": (draws) => Math.exp(draws.normal()),
  "10 % collapsing": (draws) => draws.normal() - (draws.uniform() < 0.1 ? COLLAPSE : 0),
} as const satisfies Record<string, Shape>

export type ShapeName = keyof typeof shapes
