/** What a trial's players went through: the artifact `moments.json`. */
export interface Moments {
  readonly schema: 1
  /** Earliest first; the last is the end of training. */
  readonly moments: readonly SeenMoment[]
}

/** The players at one moment. */
export interface SeenMoment {
  /** Steps that had been played. */
  readonly step: number
  /** By metric output name; without what a metric could not tell of these players. */
  readonly values: Readonly<Record<string, number>>
  readonly signs: VitalSigns
}

/**
 * How a generator and its opponent are, whatever their loss: told on the first samples of a judging and as many real test examples. Numbers that
 * are not finite are left out.
 */
export interface VitalSigns {
  /** Chance that the opponent scores a real example above a generated one: 0.5 where it cannot tell them apart. */
  readonly accuracy?: number
  /** Mean score of real examples less that of generated ones. */
  readonly gap?: number
  /** Mean norm of the gradient of the score at generated examples: what the generator learns from. */
  readonly slope?: number
  /** Mean distance between two samples over that between two real examples: 0 where all samples are one. */
  readonly diversity?: number
  /** Share of samples with another nearer than 95 in 100 real examples have: 1 where all are one. */
  readonly duplicates?: number
}
