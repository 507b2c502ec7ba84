/** A trial that cannot be played, or must not be used, ends with all the reasons; the parent shows them and does not try again. */
export class Refusal extends Error {
  override readonly name = "Refusal"
}

/** @throws Refusal where there are reasons */
export function refuse(sentences: readonly string[]): void {
  if (sentences.length > 0) throw new Refusal(sentences.join(" "))
}
