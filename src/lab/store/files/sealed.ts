import { createHash } from "node:crypto"
import { parsedObject, readText, writeDurably } from "./durable.ts"

/**
 * What a sealed JSON file holds. `absent`: there is no such file. `broken`: it was cut off, is not as it was written, or is a folder.
 */
export type ReadSealed = { readonly value: Readonly<Record<string, unknown>> } | "absent" | "broken"

/**
 * JSON that vouches for itself: its last member, `digest`, is the SHA-256 of the text that stands there without it. So
 * every byte counts, spaces and the order of members too.
 *
 * @param value an object with at least one member
 */
export function sealed(value: object): string {
  const text = JSON.stringify(value, null, 2)
  return `${text.slice(0, -2)},\n  "digest": "${digestOf(text)}"\n}\n`
}

/** Writes an object as JSON that vouches for itself, whole or not at all. */
export function writeSealed(file: string, value: object): void {
  writeDurably(file, sealed(value))
}

/**
 * Reads JSON that vouches for itself, without its `digest`.
 *
 * @param parts leaves out of the text what is not wanted and would take long to parse; the digest is that of the whole
 * @param since files of this `schema` and later ones are sealed; earlier ones never were, and are believed
 */
export function readSealed(
  file: string,
  since: number,
  parts: (text: string) => string = (text) => text,
): ReadSealed {
  const text = readText(file)
  if (text === undefined) return "absent"
  const seal = sealOf(text)
  const body = seal === undefined ? text : text.slice(0, -sealLength)
  const value = parsedObject(parts(seal === undefined ? text : `${body}\n}`))
  if (value === undefined) return "broken"
  if (seal !== undefined) return digestOf(`${body}\n}`) === seal ? { value } : "broken"
  return typeof value.schema === "number" && value.schema < since ? { value } : "broken"
}

const sealPattern = /,\n {2}"digest": "([0-9a-f]{64})"\n\}\n$/
const sealLength = `,\n  "digest": "${"0".repeat(64)}"\n}\n`.length

function sealOf(text: string): string | undefined {
  return sealPattern.exec(text.slice(-sealLength))?.[1]
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex")
}
