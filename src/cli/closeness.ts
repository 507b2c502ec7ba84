import type { Closeness } from "@saddlepoint/lab/store/reading/resultAlterations"

/** How closely a command with the flag `--check` looks at the files that it reads. */
export function closenessOf({ check }: { readonly check: boolean }): Closeness {
  return check ? "all" : "small"
}
