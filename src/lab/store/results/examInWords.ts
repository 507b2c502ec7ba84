import type { ExamResult } from "@saddlepoint/core/contracts/judge"

/** How well a judge learnt its task: `accuracy of the classes of images 0.91 on 64 validation images (chance 0.1, bar 0.213)`. */
export function examInWords({ score, value, chance, atLeast, images, split }: ExamResult): string {
  return `${score} ${shown(value)} on ${images} ${split} images (chance ${shown(chance)}, bar ${shown(atLeast)})`
}

const shown = (value: number) => String(Number(value.toPrecision(3)))
