import { createHash } from "node:crypto"

/** SHA-256, in hexadecimal, over the JSON of all that decides a dataset's examples. */
export function identityDigest(identity: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex")
}
