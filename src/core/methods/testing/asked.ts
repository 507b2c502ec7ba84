import type { Asked } from "../../contracts/method.ts"

/** Asks for so many answers of a method that draws nothing. */
export function asked(count: number): Asked {
  return {
    count,
    draw(name) {
      throw new Error(`never drew ${name} in these tests`)
    },
  }
}
