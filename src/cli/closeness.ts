import type { Alteration, Closeness } from "@saddlepoint/lab/store/reading/resultAlterations"
import { exitCodes } from "./exit.ts"

/** How closely a command with the flag `--check` looks at the files that it reads. */
export function closenessOf({ check }: { readonly check: boolean }): Closeness {
  return check ? "all" : "small"
}

/** What may have altered files. */
interface Kept {
  readonly altered?: readonly Alteration[]
}

/** Lets a command with the flag `--check` fail where anything is not as it was written. */
export function failWhereAltered({ check }: { readonly check: boolean }, kept: readonly Kept[]): void {
  if (check && kept.some(({ altered = [] }) => altered.length > 0)) process.exitCode = exitCodes.failed
}
