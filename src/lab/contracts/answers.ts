/** `answers.json`: classes that a trial answered, example by example in the order of the test splits; `-1` where a label is not known. */
export interface Answers {
  readonly classes: readonly string[]
  readonly target: DomainAnswers
  readonly source: DomainAnswers
}

export interface DomainAnswers {
  readonly labels: readonly number[]
  readonly answers: readonly number[]
}
