import type { AnswerKind, Method } from "../contracts/method.ts"
import type { Answering } from "./answering.ts"
import { classes } from "./classes.ts"
import { pairs, picture, translations } from "./pairs.ts"
import { points, samples } from "./samples.ts"

/** How each kind of answer is asked for. */
const answerings: { readonly [K in AnswerKind]: Answering<Extract<Method, { readonly answers: K }>> } = {
  pairs,
  translations,
  samples,
  points,
  classes,
  picture,
}

/** How a method's answers are asked for. */
export function answeringOf(kind: AnswerKind): Answering {
  return answerings[kind] as unknown as Answering
}
