/** One varied field of an arm's name. */
export interface AxisPoint {
  /** Path of the field, e.g. `discriminator.receptiveField`. */
  readonly field: string
  /** The field in words, e.g. `receptive field`. */
  readonly words: string
  readonly text: string
  /** The value as a number; null where it is a name. */
  readonly value: number | null
}

/** An arm's name in its parts: `gan/discriminator.receptiveField=16` is the family `gan` at one point of its axis. */
export interface ArmName {
  readonly name: string
  readonly family: string
  readonly points: readonly AxisPoint[]
  /** For reading: `gan (receptive field 16)`. */
  readonly label: string
}

/** Parses an arm's name. Names without an axis are their own family. */
export function parseArmName(name: string): ArmName {
  const slash = name.indexOf("/")
  // A comma inside a value is no separator: only one that a new field and its equals sign follow.
  const parts = slash < 0 ? [] : name.slice(slash + 1).split(/,(?=[^,=]+=)/)
  if (!parts.every((part) => /^[^=]+=./.test(part))) return { name, family: name, points: [], label: name }
  const points = parts.map((part) => {
    const equals = part.indexOf("=")
    const field = part.slice(0, equals)
    const text = part.slice(equals + 1)
    const value = text.trim() === "" ? Number.NaN : Number(text)
    return { field, words: words(field), text, value: Number.isFinite(value) ? value : null }
  })
  const family = slash < 0 ? name : name.slice(0, slash)
  const inside = points.map((point) => `${point.words} ${point.text}`).join(", ")
  return { name, family, points, label: inside === "" ? family : `${family} (${inside})` }
}

/** The last named part of a path, with its camel humps as words. */
function words(field: string): string {
  const last = field.split(".").findLast((part) => !/^\d+$/.test(part)) ?? field
  return last.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase()
}
