/** A published recipe: an arm of a shipped experiment, and what it must reach. */
export interface Recipe {
  /** Name of the file in `experiments/`, without `.ts`; the recipe itself lives there. */
  readonly experiment: string
  /** The definition as it is where left out. */
  readonly profile?: string
  readonly arm: string
  /** Name of a metric output. */
  readonly metric: string
  readonly bar: Bar
  /** Of training on one core, for each trial; what a run announces, and what the report compares with. */
  readonly minutes: number
  /** Training seeds: 1 to so many. */
  readonly seeds: number
  /** Whether it is skipped where `SADDLEPOINT_DATA` names no folder. */
  readonly data?: boolean
  /** The port in PyTorch that plays the same; see peers/torch_recipe.py. */
  readonly peer?: Port
}

/** Ports in PyTorch: pix2pix on a U-Net; DANN and CDAN on a digit classifier. */
export type Port = "pix2pix" | "domains"

/** What the mean over seeds is held to. */
export type Bar = { readonly atLeast: number } | { readonly atMost: number }

/** Whether a score stands the bar; what is exactly on it does. */
export function meets(bar: Bar, score: number): boolean {
  return "atLeast" in bar ? score >= bar.atLeast : score <= bar.atMost
}

/** A bar in words. */
export function barText(bar: Bar): string {
  return "atLeast" in bar ? `at least ${bar.atLeast}` : `at most ${bar.atMost}`
}
