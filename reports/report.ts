import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import type { Verdict } from "@saddlepoint/metrics/verdict/verdict"
import { adaptationOf } from "./findings/adaptation/adaptation.ts"
import { convergenceOf } from "./findings/convergence/convergence.ts"
import { studyOf } from "./findings/study.ts"
import { adaptationCsv } from "./formats/adaptationCsv.ts"
import { resultsCsv } from "./formats/csv.ts"
import { resultsJson } from "./formats/json.ts"
import { resultsMarkdown } from "./formats/markdown.ts"
import { page } from "./page.ts"
import { firstLookAt } from "./pictures/firstLook.ts"
import { picturesOf } from "./pictures/pictures.ts"
import { stillsOf } from "./pictures/stills.ts"

/** Paths of the files that make a report. */
export interface ReportFiles {
  readonly html: string
  readonly csv: string
  readonly json: string
  readonly markdown: string
  /** Only where arms adapt. */
  readonly adaptation?: string
}

/** A report as it was written, with the verdicts that it tells. */
export interface WrittenReport extends ReportFiles {
  readonly verdicts: readonly Verdict[]
}

/**
 * Writes `report.html` (one page that opens offline and loads nothing), `results.csv`, `results.json` and `results.md` into
 * a folder, which is made where it is missing; `adaptation.csv` as well where arms adapt. The same findings give the same
 * bytes.
 */
export async function writeReport(findings: Findings, folder: string): Promise<WrittenReport> {
  const study = studyOf(findings)
  const adaptation = await adaptationOf(study)
  const convergence = await convergenceOf(study)
  const pictures = await picturesOf(study, adaptation !== null)
  const looks = await Promise.all(pictures.map(firstLookAt))
  await mkdir(folder, { recursive: true })
  const written = {
    verdicts: study.verdicts,
    html: join(folder, "report.html"),
    csv: join(folder, "results.csv"),
    json: join(folder, "results.json"),
    markdown: join(folder, "results.md"),
  }
  const stills = await stillsOf(study.arms)
  await writeFile(written.html, page(study, { pictures, looks, adaptation, convergence, stills }))
  await writeFile(written.csv, resultsCsv(study))
  await writeFile(written.json, resultsJson(study, adaptation))
  await writeFile(written.markdown, resultsMarkdown(study, adaptation))
  if (adaptation === null) return written
  const extra = join(folder, "adaptation.csv")
  await writeFile(extra, adaptationCsv(adaptation))
  return { ...written, adaptation: extra }
}
