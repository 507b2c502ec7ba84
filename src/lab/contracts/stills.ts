import type { FileFacts } from "./result.ts"

/** A picture of the same samples after some steps of training, kept for looking at. */
export interface Still {
  /** Steps that were played. */
  readonly step: number
  /** Relative to the attempt's folder. */
  readonly file: string
}

/** The folder of stills within `artifacts/` of an attempt. */
export const stillsFolder = "samples"

/** The name of a still within `artifacts/`. */
export function stillName(step: number): string {
  return `${stillsFolder}/${String(step).padStart(7, "0")}.png`
}

const known = new RegExp(`^artifacts/${stillsFolder}/(\\d{7,12})\\.png$`)

/** The stills among the files that a result vouches for, in the order of their steps. */
export function stillsAmong(files: Readonly<Record<string, FileFacts>> = {}): readonly Still[] {
  return Object.keys(files)
    .flatMap((file) => {
      const match = known.exec(file)
      return match === null ? [] : [{ step: Number(match[1]), file }]
    })
    .sort((a, b) => a.step - b.step)
}
