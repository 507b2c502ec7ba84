import { withPathsCut } from "@saddlepoint/lab/store/files/privacy"
import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import { isAltered } from "../findings/alteredRecords.ts"
import type { Study } from "../findings/study.ts"

/** Rows of plain values as CSV (RFC 4180, with line feeds). */
export function csv(rows: readonly (readonly (string | number | boolean | undefined)[])[]): string {
  return `${rows.map((row) => row.map(field).join(",")).join("\n")}\n`
}

function field(value: string | number | boolean | undefined): string {
  const text = value === undefined ? "" : withPathsCut(String(value))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** `results.csv`: one row for every trial and metric output, also without a value; identity keys that differ are columns. */
export function resultsCsv({ findings, arms, outputs }: Study): string {
  const trials = [...findings.controls, ...arms.flatMap(({ trials }) => trials)]
  const keys = differingKeys(
    trials,
    outputs.map(({ name }) => name),
  )
  const header = [
    "trial",
    "kind",
    "arm",
    "role",
    "seed",
    "status",
    "evidence",
    "metric",
    "value",
    "evaluationNoise",
    "unit",
    "higherIsBetter",
    "trainSeconds",
    "seconds",
    "steps",
    "weightsSha256",
    "execution",
    "altered",
    ...keys.map((key) => `identity.${key}`),
  ]
  const rows = trials.flatMap((trial) => {
    const { id, kind, arm, role, seed, status, evidence, result } = trial
    return outputs.map(({ name, unit, higherIsBetter }) => {
      const metric = status === "completed" ? result?.metrics[name] : undefined
      return [
        ...[
          id,
          kind,
          arm,
          role,
          seed,
          status,
          evidence,
          name,
          metric?.value,
          metric?.noise ?? undefined,
          unit,
          higherIsBetter,
        ],
        ...[result?.trainSeconds, result?.seconds, result?.steps, result?.weightsSha256, result?.execution],
        alteredField(trial),
        ...keys.map((key) => metric?.identity[key]),
      ]
    })
  })
  return csv([header, ...rows])
}

/** As `collect` tells it: of results without a digest nobody knows. */
function alteredField(trial: TrialFinding): string {
  if (isAltered(trial)) return "yes"
  return trial.result !== undefined && trial.result.files === undefined ? "unknown" : "no"
}

/** Identity keys that have more than one value among the values of one metric. */
function differingKeys(trials: readonly TrialFinding[], metrics: readonly string[]): string[] {
  const differing = new Set<string>()
  for (const name of metrics) {
    const identities = trials.flatMap(({ result }) => {
      const identity = result?.metrics[name]?.identity
      return identity === undefined ? [] : [identity]
    })
    for (const key of new Set(identities.flatMap((identity) => Object.keys(identity)))) {
      if (new Set(identities.map((identity) => identity[key])).size > 1) differing.add(key)
    }
  }
  return [...differing].sort()
}
