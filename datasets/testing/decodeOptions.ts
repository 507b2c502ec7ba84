import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Mistake } from "@saddlepoint/core/contracts/mistake"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { decodeFields } from "@saddlepoint/core/declare/schemaMistakes"

/**
 * Options of a plug-in with its defaults, decoded as a definition's are; what is in its slots arrives as it is.
 * @throws all that is wrong, a line each
 */
export function decodeOptions(plugin: Plugin, options: object): Readonly<Record<string, unknown>> {
  const slots = Object.entries(options).filter(([name]) => plugin.slots?.[name] !== undefined)
  const names = slots.map(([name]) => name)
  const mistakes: Mistake[] = []
  const decoded = decodeFields(plugin.options, options as JsonObject, [], mistakes, names)
  if (decoded === undefined) throw new Error(mistakes.map(({ message }) => message).join("\n"))
  return { ...decoded, ...Object.fromEntries(slots) }
}
