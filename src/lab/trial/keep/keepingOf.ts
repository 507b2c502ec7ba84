import type { AnswerKind, Method } from "@saddlepoint/core/contracts/method"
import { keepClasses } from "./classes.ts"
import type { Keeping, KeepingWorld } from "./keeping.ts"
import { keepPairs } from "./pairs.ts"
import { keepPicture } from "./picture.ts"
import { keepPoints } from "./points.ts"
import { keepSamples } from "./samples.ts"
import { keepTranslations } from "./translations.ts"

type Open<Of> = (method: Of, world: KeepingWorld) => Keeping

const byAnswers: { readonly [Kind in AnswerKind]: Open<Extract<Method, { readonly answers: Kind }>> } = {
  pairs: keepPairs,
  translations: keepTranslations,
  samples: keepSamples,
  points: keepPoints,
  classes: keepClasses,
  picture: keepPicture,
}

/** What judging keeps of a method, by what it answers with. */
export function keepingOf(method: Method, world: KeepingWorld): Keeping {
  return (byAnswers[method.answers] as Open<Method>)(method, world)
}
