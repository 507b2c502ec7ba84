import { standardDeviation } from "@saddlepoint/metrics/maths/statistics/mean"
import type { Verdict } from "@saddlepoint/metrics/verdict/verdict"
import { figure, signed } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { facts } from "./section.ts"

const WITHHELD = {
  diverged: "a seed diverged, which forbids the claim that the numbers alone would bear",
  "fails more": "the arm that the numbers favour fails more often than the other",
} as const

/** How large a difference is, in a line that opens to what describes it further; nothing where there are no two pairs. */
export function effectsOf(verdict: Verdict): Html | false {
  const sizes = effectSizes(verdict)
  if (sizes.length === 0) return false
  const { bootstrap, seedsNeeded, withheld, alpha, differences, evaluationNoise } = verdict
  return html`<details><summary>${sizes.map(([name, value]) => `${name} ${value}`).join(", ")}</summary>
${facts([
  ["sd of the differences", figure(standardDeviation(differences.map(({ difference }) => difference)), 2)],
  [
    "evaluation sd",
    evaluationNoise === null
      ? "not estimated"
      : `${figure(evaluationNoise, 2)} of one seed's difference, had other images been generated; part of no test`,
  ],
  ...(bootstrap === null ? [] : [["bootstrap", bootstrap.sentence] as const]),
  ...(seedsNeeded === null
    ? []
    : [
        [
          "seeds needed",
          `about ${seedsNeeded} in all, for a chance of 80 % at level ${alpha} if difference and spread are as seen`,
        ] as const,
      ]),
  ...(withheld === null ? [] : [["withheld", WITHHELD[withheld]] as const]),
])}</details>`
}

/** Effect sizes that a verdict has, by name, as they are printed. */
function effectSizes({
  cliffsDelta,
  pairedD,
  probabilityOfImprovement,
}: Verdict): readonly (readonly [name: string, value: string])[] {
  return [
    ...(cliffsDelta === null ? [] : [["Cliff’s delta", signed(cliffsDelta, 2)] as const]),
    ...(pairedD === null ? [] : [["paired d", signed(pairedD, 2)] as const]),
    ...(probabilityOfImprovement === null
      ? []
      : [["probability of improvement", figure(probabilityOfImprovement, 2)] as const]),
  ]
}
