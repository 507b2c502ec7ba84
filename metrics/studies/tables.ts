import { FAMILIES, SEEDS, type Studies } from "./studies.ts"

const percent = (share: number) => (100 * share).toFixed(1)

/** A Markdown table. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n")
}

/** The studies as Markdown; all shares in percent. */
export function tables({ repetitions, alpha, familyError, coverage, power, unequalShapes }: Studies): string {
  const seeds = SEEDS.map((n) => `${n} seeds`)
  const limit = percent(alpha + 2 * familyError[0]!.standardError)
  const shapes = [...new Set(familyError.map(({ shape }) => shape))]
  const effects = [...new Set(power.map(({ effect }) => effect))]
  const collapses = [...new Set(unequalShapes.map(({ collapse }) => collapse))]
  return [
    "## Both arms from one distribution",
    `Share of studies with at least one false \`better\` (in brackets: with a false \`better\` or \`worse\`), in percent of ${repetitions}. Held: alpha + 2 simulation standard errors = ${limit} %. Highest: ${highest(familyError)}.`,
    ...shapes.map((shape) =>
      [
        `**${shape}**`,
        table(
          ["comparisons, rule", ...seeds],
          FAMILIES.flatMap((comparisons) =>
            (["ours", "t alone", "t and exact"] as const).map((rule) => [
              `${comparisons}, ${rule}`,
              ...familyError
                .filter((row) => row.shape === shape && row.comparisons === comparisons && row.rule === rule)
                .map(({ better, either }) => `${percent(better)} (${percent(either)})`),
            ]),
          ),
        ),
      ].join("\n\n"),
    ),
    "## Coverage of the intervals",
    `Share of ${percent(1 - alpha)} % intervals of the mean difference that hold the true one, in percent: paired t / percentile / BCa.`,
    table(
      ["seeds", ...shapes],
      [...new Set(coverage.map((row) => row.seeds))].map((n) => [
        String(n),
        ...coverage
          .filter((row) => row.seeds === n)
          .map(({ t, percentile, bca }) => [t, percentile, bca].map(percent).join(" / ")),
      ]),
    ),
    "## Power",
    "Share of studies that call a truly better challenger `better`, in percent: ours / t alone / t and exact. Effects in standard deviations of the paired differences, which are normal; the other challengers of the family are no better than the baseline.",
    table(
      ["comparisons, effect", ...seeds],
      FAMILIES.flatMap((comparisons) =>
        effects.map((effect) => [
          `${comparisons}, ${effect}`,
          ...power
            .filter((row) => row.comparisons === comparisons && row.effect === effect)
            .map(({ found }) =>
              [found.ours, found["t alone"], found["t and exact"]].map(percent).join(" / "),
            ),
        ]),
      ),
    ),
    "## Arms of unequal shape",
    "One comparison of arms of equal mean: 10 % of the challenger's seeds collapse, its other seeds are better by as much as that costs. Share of studies with a false `better`, in percent: ours / t alone / t and exact; then, with collapsed seeds recorded as diverged: ours / a t test over the seeds that are left. No threshold: where no seed of a study collapses, no test can know.",
    table(
      ["collapse in sd", ...seeds],
      collapses.flatMap((collapse) => {
        const rows = unequalShapes.filter((row) => row.collapse === collapse)
        return [
          [
            `${collapse}, as scores`,
            ...rows.map(({ better }) =>
              [better.ours, better["t alone"], better["t and exact"]].map(percent).join(" / "),
            ),
          ],
          [
            `${collapse}, as diverged`,
            ...rows.map(({ diverged }) => [diverged.ours, diverged.survivorsOnly].map(percent).join(" / ")),
          ],
        ]
      }),
    ),
  ].join("\n\n")
}

function highest(rows: Studies["familyError"]): string {
  const ours = rows.filter(({ rule }) => rule === "ours")
  const better = Math.max(...ours.map((row) => row.better))
  const either = Math.max(...ours.map((row) => row.either))
  return `${percent(better)} % (${percent(either)} %) under our rule`
}
