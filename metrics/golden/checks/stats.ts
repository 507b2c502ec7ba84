import { friedman } from "../../analysis/statistics/friedman.ts"
import { kolmogorovSmirnov } from "../../analysis/statistics/kolmogorovSmirnov.ts"
import { mannWhitney } from "../../analysis/statistics/mannWhitney.ts"
import { adjustedP, type Correction } from "../../analysis/statistics/multipleComparisons.ts"
import { oneSampleT, studentT, welchT } from "../../analysis/statistics/tTest.ts"
import { type WilcoxonOptions, wilcoxon } from "../../analysis/statistics/wilcoxon.ts"
import type { Alternative, TestResult } from "../../maths/statistics/alternative.ts"
import { betaQuantile } from "../../maths/statistics/betaQuantile.ts"
import { chiSquareUpperTail } from "../../maths/statistics/chiSquare.ts"
import {
  averageVarianceD,
  cliffsDelta,
  cohensD,
  hedgesG,
  pairedD,
  probabilityOfSuperiority,
} from "../../maths/statistics/effectSize.ts"
import { incompleteBeta } from "../../maths/statistics/incompleteBeta.ts"
import { mcnemar } from "../../maths/statistics/mcnemar.ts"
import { mean, meanInterval, standardDeviation } from "../../maths/statistics/mean.ts"
import { normalCdf, normalQuantile } from "../../maths/statistics/normal.ts"
import { pairedT } from "../../maths/statistics/pairedT.ts"
import { type ProportionMethod, proportionInterval } from "../../maths/statistics/proportion.ts"
import { signTest } from "../../maths/statistics/signTest.ts"
import { studentTCdf, studentTQuantile, studentTUpperTail } from "../../maths/statistics/studentT.ts"
import { absolute, type GoldenCase, type GoldenCheck, number } from "../goldenFolder.ts"

/** Level of an interval whose key ends in its confidence, e.g. `wilson_95`, `paired_t_ci95`. */
function alphaOf(key: string): number {
  const confidence = /(\d+)$/.exec(key.replace(/_t$/, ""))
  if (confidence === null)
    throw new Error(`Expected the key of an interval to tell its confidence, but got "${key}".`)
  return 1 - Number(confidence[1]) / 100
}

/** Tests, effect sizes, corrections, intervals and distributions, as SciPy and statsmodels have them. */
export const stats: GoldenCheck = async (folder) => {
  const topic = await folder.topic("stats")
  const tolerance = topic.abs_tol as number
  const equal = (name: string, got: number, expected: number | string) =>
    absolute(`stats/${name}`, got, expected, tolerance)
  const test = (name: string, got: TestResult, [statistic, p]: readonly number[]) => [
    equal(`${name}/statistic`, got.statistic, statistic!),
    equal(`${name}/p`, got.pValue, p!),
  ]
  const interval = (name: string, got: { low: number; high: number }, [low, high]: readonly number[]) => [
    equal(`${name}/low`, got.low, low!),
    equal(`${name}/high`, got.high, high!),
  ]
  /**
   * A quantile that SciPy 1.10.1 gives only to about ten digits (`t.ppf(0.975, 1)` is 12.706204736432 there and
   * tan(0.475 pi) = 12.706204736175): the reference holds too where its share is the one asked for.
   */
  const quantile = (name: string, got: number, expected: number | string, shareOff: number): GoldenCase => {
    const { error, ...rest } = equal(name, got, expected)
    return { ...rest, error: Math.min(error, Math.abs(shareOff)) }
  }
  const tInterval = (
    name: string,
    got: { low: number; high: number },
    expected: readonly number[],
    values: readonly number[],
    alpha: number,
  ) => {
    const error = standardDeviation(values) / Math.sqrt(values.length)
    const tail = (end: number) =>
      studentTUpperTail(Math.abs(end - mean(values)) / error, values.length - 1) - alpha / 2
    return [
      quantile(`${name}/low`, got.low, expected[0]!, tail(expected[0]!)),
      quantile(`${name}/high`, got.high, expected[1]!, tail(expected[1]!)),
    ]
  }

  // biome-ignore lint/suspicious/noExplicitAny: the form of the file.
  const sample = (entry: any): GoldenCase[] => {
    const { id } = entry
    const x: number[] = entry.x.map(number)
    const y: number[] = entry.y.map(number)
    const differences = x.map((value, i) => value - y[i]!)
    const scalars: Record<string, () => number> = {
      cliffs_delta: () => cliffsDelta(x, y),
      a12_vargha_delaney: () => probabilityOfSuperiority(x, y),
      cohens_d_pooled: () => cohensD(x, y),
      cohens_d_av: () => averageVarianceD(x, y),
      cohens_dz_paired: () => pairedD(differences),
      hedges_g_exact: () => hedgesG(x, y),
      hedges_g_approx: () => hedgesG(x, y, "approximate"),
      sign_test_two_sided: () => signTest(differences).pValue,
    }
    const pairedKey = Object.keys(entry).find((key) => key.startsWith("paired_t_ci"))!
    const meanKey = Object.keys(entry).find((key) => key.startsWith("mean_ci"))!
    return [
      ...Object.entries<number[]>(entry.wilcoxon).flatMap(([key, expected]) => {
        const [alternative, zeros, method, correction] = key.split("|")
        const options = { alternative, zeros, method, continuity: correction === "corr=True" }
        return test(`${id}/wilcoxon ${key}`, wilcoxon(differences, options as WilcoxonOptions), expected)
      }),
      ...Object.entries<number[]>(entry.mannwhitneyu).flatMap(([key, expected]) => {
        const [alternative, method, correction] = key.split("|")
        const options = {
          alternative: alternative as Alternative,
          method: method as "exact" | "asymptotic",
          continuity: correction === "cc=True",
        }
        return test(`${id}/mannwhitneyu ${key}`, mannWhitney(x, y, options), expected)
      }),
      ...Object.entries<number[]>(entry.paired_t).flatMap(([alternative, expected]) =>
        test(`${id}/paired_t ${alternative}`, oneSampleT(differences, alternative as Alternative), expected),
      ),
      ...tInterval(
        `${id}/${pairedKey}`,
        pairedT(x, y, alphaOf(pairedKey)),
        entry[pairedKey],
        differences,
        alphaOf(pairedKey),
      ),
      ...tInterval(
        `${id}/${meanKey}`,
        meanInterval(x, alphaOf(meanKey)),
        entry[meanKey],
        x,
        alphaOf(meanKey),
      ),
      ...test(`${id}/student_t`, studentT(x, y), entry.student_t),
      ...test(`${id}/welch_t`, welchT(x, y), entry.welch_t),
      ...Object.entries(scalars)
        .filter(([key]) => key in entry)
        .map(([key, value]) => equal(`${id}/${key}`, value(), entry[key])),
      ...test(`${id}/ks_2samp_exact`, kolmogorovSmirnov(x, y), entry.ks_2samp_exact),
    ]
  }

  const multiple = Object.keys(topic.multiple)
    .filter((key) => key !== "p" && key !== "alpha")
    .flatMap((key) => {
      const adjusted = adjustedP(topic.multiple.p, key as Correction)
      const { adjusted: expected, reject } = topic.multiple[key]
      return adjusted.flatMap((p, i) => [
        equal(`multiple/${key}/adjusted ${i}`, p, expected[i]),
        equal(`multiple/${key}/reject ${i}`, Number(p <= topic.multiple.alpha), Number(reject[i])),
      ])
    })

  const proportions = topic.proportion_ci.flatMap(
    (entry: Record<string, number> & { k: number; n: number }) =>
      Object.keys(entry)
        .filter((key) => key !== "k" && key !== "n")
        .flatMap((key) => {
          const method = key.replace(/_\d+$/, "").replaceAll("_", "-") as ProportionMethod
          const got = proportionInterval(entry.k, entry.n, alphaOf(key), method)
          return interval(
            `proportion ${entry.k} of ${entry.n}/${key}`,
            got,
            entry[key] as unknown as readonly number[],
          )
        }),
  )

  const [onlyFirst, onlySecond] = [topic.mcnemar.table[0][1], topic.mcnemar.table[1][0]]
  const ranks = friedman(topic.friedman.blocks_by_treatments)

  const tables: Record<string, (name: string, ...entry: readonly number[]) => GoldenCase> = {
    norm_cdf: (name, x, p) => equal(name, normalCdf(x!), p!),
    norm_ppf: (name, p, x) => equal(name, normalQuantile(p!), x!),
    t_sf: (name, t, df, p) => equal(name, studentTUpperTail(t!, df!), p!),
    t_ppf: (name, p, df, t) => quantile(name, studentTQuantile(p!, df!), t!, studentTCdf(t!, df!) - p!),
    beta_ppf: (name, p, a, b, x) =>
      quantile(name, betaQuantile(p!, a!, b!), x!, incompleteBeta(x!, a!, b!) - p!),
    chi2_sf: (name, x, df, p) => equal(name, chiSquareUpperTail(x!, df!), p!),
  }
  const distributions = Object.entries<number[][]>(topic.distributions).flatMap(([key, entries]) => {
    const table = tables[key]
    if (table === undefined) {
      throw new Error(
        `Expected tables of ${Object.keys(tables).join(", ")}, but got "${key}"; teach this check its function.`,
      )
    }
    return entries.map((entry) => table(`distributions/${key} ${entry.slice(0, -1)}`, ...entry))
  })

  return [
    ...topic.samples.flatMap(sample),
    ...multiple,
    ...proportions,
    ...test("mcnemar/exact", mcnemar(onlyFirst, onlySecond), topic.mcnemar.exact),
    ...test("mcnemar/chi2", mcnemar(onlyFirst, onlySecond, "chi-square"), topic.mcnemar.chi2_ccFalse),
    ...test(
      "mcnemar/chi2 corrected",
      mcnemar(onlyFirst, onlySecond, "chi-square, corrected"),
      topic.mcnemar.chi2_ccTrue,
    ),
    ...test("friedman", ranks, [topic.friedman.statistic, topic.friedman.p]),
    ...topic.friedman.mean_ranks_ascending.map((rank: number, i: number) =>
      equal(`friedman/mean rank ${i}`, ranks.meanRanks[i]!, rank),
    ),
    ...distributions,
  ]
}
